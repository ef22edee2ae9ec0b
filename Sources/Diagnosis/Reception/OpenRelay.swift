import PostfixConfig

/// Strangers may send mail to strangers through this server: spammers find it within a day, and everybody else's
/// lists soon after.
public struct OpenRelay: Rule {
    public static let name = "open-relay"
    public static let summary =
        "Strangers may relay: restrictions that permit everybody, or mynetworks with the Internet in it."
    public static let remedy =
        "`smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination`, and only your own networks in `mynetworks`"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        var findings: Set<Finding> = []
        for listener in setup.listeners {
            let walk = RelayWalk(listener.configuration)
            if case .open(let permits) = walk.outcome {
                findings.insert(openLists(permits, listener, setup))
            } else if !walk.trustsNetworks.isEmpty {
                findings.formUnion(networks(walk.trustsNetworks, listener, setup))
            }
        }
        return Array(findings)
    }

    private func openLists(_ permits: [String], _ listener: SMTPListener, _ setup: Setup) -> Finding {
        let evidence = RelayWalk.parameters.map { setup.evidence($0, at: listener) }
        let overridden = RelayWalk.parameters.filter(listener.overrides)
        return finding(
            .error, listener.name,
            permits.isEmpty
                ? "no restriction keeps strangers from relaying through \(listener.name)"
                : "strangers may relay through \(listener.name), since a restriction permits everybody ("
                    + permits.joined(separator: "; ") + ")",
            evidence: evidence,
            cure: overridden.isEmpty
                ? "let nobody relay but your own networks and users:"
                : "take \(overridden.map { "-o \($0)=…" }.joined(separator: " and ")) out of \(listener.name)",
            commands: overridden.isEmpty
                ? [
                    .init(
                        "\(setup.configuration.command("postconf")) "
                            + "'smtpd_relay_restrictions=permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination'"
                    )
                ] : [],
            forbidsServing: true)
    }

    private func networks(_ lists: [String], _ listener: SMTPListener, _ setup: Setup) -> [Finding] {
        let own = setup.ownNetworks
        var findings: [Finding] = []
        for word in Self.words(listener.configuration) {
            guard let network = Network(word), !network.isPrivate,
                !own.contains(where: { $0.contains(network) })
            else { continue }
            // A site's own network is a /24 or smaller, or a /48 of version 6.
            let (bad, odd, internet) = network.isIPv4 ? (16, 24, 8) : (32, 48, 16)
            guard network.length < odd else { continue }
            let isInternet = network.length <= internet
            findings.append(
                finding(
                    network.length <= bad ? .error : .warning, "mynetworks",
                    isInternet
                        ? "\(word) is the Internet, or much of it: everybody there may relay through \(listener.name)"
                        : "\(word) has \(network.size) addresses, far more than this machine's own networks: everybody "
                            + "there may relay through \(listener.name)",
                    evidence: [setup.evidence("mynetworks", at: listener)]
                        + lists.map { setup.evidence($0, at: listener) },
                    cure: listener.overrides("mynetworks")
                        ? "take -o mynetworks=… out of \(listener.name)"
                        : "name only networks whose clients you know, such as this machine alone:",
                    commands: listener.overrides("mynetworks")
                        ? []
                        : [
                            .init(
                                "\(setup.configuration.command("postconf")) 'mynetworks=127.0.0.0/8 [::1]/128'")
                        ],
                    forbidsServing: isInternet))
        }
        return findings
    }

    /// The networks that say yes; files among them stand for their words.
    private static func words(_ configuration: Configuration) -> [String] {
        ListSyntax.split(configuration.value(named: "mynetworks") ?? "").flatMap { word in
            word.hasPrefix("/") ? (try? ListSyntax.elements(ofFile: word)) ?? [] : [word]
        }
    }
}

extension SMTPListener {
    /// Whether the service has a value of its own for a parameter.
    fileprivate func overrides(_ parameter: String) -> Bool {
        service?.overrides.contains { $0.name == parameter } ?? false
    }
}

extension Setup {
    /// The networks of this machine's interfaces.
    var ownNetworks: [Network] {
        InterfaceAddress.own(configuration).compactMap { Network($0.network) }
    }

    /// Where one sees the value that is in force for a service.
    func evidence(_ parameter: String, at listener: SMTPListener) -> Evidence {
        guard let service = listener.service,
            let value = service.overrides.last(where: { $0.name == parameter })?.value
        else { return evidence(parameter) }
        return Evidence(
            file: master?.path ?? "master.cf", line: service.service.line,
            "\(service.service.name) … -o \(parameter)=\(Secrets.shown(parameter, value))")
    }
}
