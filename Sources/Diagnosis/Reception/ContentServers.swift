import PostfixConfig

/// A policy service or milter that does not answer: mail is refused for the time being, or goes unfiltered.
public struct ContentServers: Rule {
    public static let name = "policy-and-milters"
    public static let summary = "A policy service or a milter that main.cf names does not answer."
    public static let remedy = "start the program, or take it out of the list"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.servers

    public init() {}

    /// One that is named, where, and what happens without it.
    private struct Named: Hashable {
        let kind: String
        let address: String
        let parameter: String
        let evidence: Evidence
        let action: String
        let actionParameter: String
    }

    public func findings(in setup: Setup) async -> [Finding] {
        var named: Set<Named> = []
        for listener in setup.listeners {
            named.formUnion(Self.policies(listener, setup))
            named.formUnion(Self.milters("smtpd_milters", listener, setup))
        }
        if let listener = setup.listeners.first {
            named.formUnion(Self.milters("non_smtpd_milters", listener, setup))
        }
        var findings: [Finding] = []
        var reasons: [ServerPlace: ConnectionTrial.Failure?] = [:]
        for server in named.sorted(by: { ($0.address, $0.parameter) < ($1.address, $1.parameter) }) {
            guard let place = ServerPlace(server.address, directory: setup.queueDirectory) else {
                findings.append(wrong(server))
                continue
            }
            let reason: ConnectionTrial.Failure?
            if let known = reasons[place] {
                reason = known
            } else {
                reason = await ConnectionTrial(place: place).failure()
                reasons.updateValue(reason, forKey: place)
            }
            if let reason { findings.append(silent(server, place, reason)) }
        }
        return findings
    }

    private func silent(_ server: Named, _ place: ServerPlace, _ reason: ConnectionTrial.Failure) -> Finding {
        let letsThrough = ["accept", "dunno", "permit", "ok"].contains(server.action.lowercased())
        let consequence =
            letsThrough
            ? "mail goes on as if it had nothing to say" : "mail is answered with: \(server.action)"
        return finding(
            letsThrough ? .warning : .error, "\(place)",
            "the \(server.kind) does not answer; by \(server.actionParameter) = \(server.action), \(consequence)",
            evidence: [server.evidence, Evidence(place: "connect to \(place)", reason.description)],
            cure: "start the program that should listen at \(place), or take it out of \(server.parameter)")
    }

    private func wrong(_ server: Named) -> Finding {
        finding(
            .error, server.address,
            "is no place for a \(server.kind): every mail is answered with \(server.action)",
            evidence: [server.evidence],
            cure: "write unix:path or inet:host:port in \(server.parameter)")
    }

    private static func policies(_ listener: SMTPListener, _ setup: Setup) -> [Named] {
        let parameters = ["client", "helo", "sender", "relay", "recipient", "data", "end_of_data", "etrn"]
            .map { "smtpd_\($0)_restrictions" }
        let usual = "smtpd_policy_service_default_action"
        return parameters.flatMap { parameter -> [Named] in
            let words = ListSyntax.split(listener.configuration.value(named: parameter) ?? "")
            return zip(words, words.dropFirst()).compactMap { word, next in
                guard word.lowercased() == "check_policy_service" else { return nil }
                let (address, own) = braced(next, setting: "default_action")
                return Named(
                    kind: "policy service", address: address, parameter: parameter,
                    evidence: setup.evidence(parameter, at: listener),
                    action: own ?? listener.configuration.value(named: usual) ?? "",
                    actionParameter: own == nil ? usual : "default_action")
            }
        }
    }

    private static func milters(_ parameter: String, _ listener: SMTPListener, _ setup: Setup) -> [Named] {
        let words = ListSyntax.split(listener.configuration.value(named: parameter) ?? "")
        return words.compactMap { word in
            let (address, own) = braced(word, setting: "default_action")
            guard address.lowercased() != "disable" else { return nil }
            let usual = "milter_default_action"
            return Named(
                kind: "milter", address: address, parameter: parameter,
                evidence: setup.evidence(parameter, at: listener),
                action: own ?? listener.configuration.value(named: usual) ?? "",
                actionParameter: own == nil ? usual : "default_action")
        }
    }

    /// `{ inet:127.0.0.1:10023, timeout=10s, default_action=DUNNO }`
    private static func braced(_ word: String, setting: String) -> (address: String, value: String?) {
        guard word.hasPrefix("{"), word.hasSuffix("}") else { return (word, nil) }
        let inside = ListSyntax.split(word.dropFirst().dropLast())
        let value = inside.dropFirst().lazy.compactMap { element -> String? in
            let text = element.hasPrefix("{") ? String(element.dropFirst().dropLast()) : element
            guard let (name, value) = try? MainFile.Entry.split(text), name == setting else { return nil }
            return value
        }.first
        return (inside.first ?? "", value)
    }
}
