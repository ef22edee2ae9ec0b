import PostfixConfig
import Routing

/// `reject_unverified_recipient` or `reject_unverified_sender`, and no probe can be sent, or its result kept.
public struct AddressProbes: Rule {
    public static let name = "address-probes"
    public static let summary =
        "A restriction asks for probes of addresses that cannot be sent, or whose results cannot be kept."
    public static let remedy =
        "give `mail_owner` the directory of `address_verify_map`; take `reject_unverified_sender` out"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let uses = setup.listeners.flatMap { Self.uses($0, setup) }
        guard let use = uses.first else { return [] }
        var findings = self.findings(aboutMap: use.evidence, setup)
        if let use = uses.first(where: { $0.word == "reject_unverified_sender" }) {
            findings += self.findings(aboutSenders: use.evidence, setup)
        }
        return findings
    }

    private static func uses(
        _ listener: SMTPListener, _ setup: Setup
    ) -> [(word: String, evidence: Evidence)] {
        ["client", "helo", "sender", "relay", "recipient", "data", "end_of_data"].flatMap { list in
            let parameter = "smtpd_\(list)_restrictions"
            return ListSyntax.split(listener.configuration.value(named: parameter) ?? "")
                .map { $0.lowercased() }.filter { words.contains($0) }
                .map { ($0, setup.evidence(parameter, at: listener)) }
        }
    }

    private static let words: Set = ["reject_unverified_recipient", "reject_unverified_sender"]

    // MARK: Keeping results

    private func findings(aboutMap use: Evidence, _ setup: Setup) -> [Finding] {
        let parameter = "address_verify_map"
        let evidence = [use, setup.evidence(parameter)]
        let path: String
        do throws(ParameterValueError) {
            guard case .file(let file) = try VerificationPlace(setup.configuration[.addressVerifyMap]) else {
                return []
            }
            path = file
        } catch {
            return [
                finding(
                    .error, parameter, "\(error): the server does not start", evidence: evidence,
                    cure:
                        "\(setup.configuration.command("postconf")) '\(parameter)=btree:$data_directory/verify_cache'"
                )
            ]
        }
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        let consequence =
            "what probes find is forgotten when the server stops, and every address is asked again"
        do throws(SystemReason) {
            _ = try FileStatus(path: directory)
        } catch {
            guard error.isMissingFile else { return [] }
            return [
                finding(
                    .warning, directory, "there is no such directory: \(consequence)", evidence: evidence,
                    cure: "install -d -o \(setup.configuration[.mailOwner]) -m 0750 \(directory)")
            ]
        }
        guard let owner = setup.owner else { return [] }
        let wanted: [(access: Account.Access, place: String)] = [
            ([.write, .search], directory), ([.read, .write], path),
        ]
        for (access, place) in wanted {
            guard let (obstacle, rights) = owner.obstacle(to: access, place) else { continue }
            return [
                finding(
                    .warning, place,
                    "\(owner.name), the user that the server runs as (mail_owner), may not write it: \(consequence)",
                    evidence: [Evidence(place: obstacle, rights.rights)] + evidence,
                    cure: "chown \(owner.name) \(obstacle)")
            ]
        }
        return []
    }

    // MARK: Asking

    /// Senders are everybody's, so their probes go by default_transport.
    private func findings(aboutSenders use: Evidence, _ setup: Setup) -> [Finding] {
        let parameter = "address_verify_default_transport"
        let transport = String((setup.configuration.value(named: parameter) ?? "").prefix { $0 != ":" })
        guard ["smtp", "relay"].contains(setup.program(of: transport)) else { return [] }
        return [
            finding(
                .error, "reject_unverified_sender",
                "no sender elsewhere can be asked about, since Martlet does not send mail to other servers yet: all their "
                    + "mail is answered with 450",
                evidence: [use, setup.evidence(parameter)],
                cure: "take reject_unverified_sender out of the list")
        ]
    }
}
