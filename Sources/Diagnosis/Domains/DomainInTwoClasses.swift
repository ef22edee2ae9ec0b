import LookupTables
import PostfixConfig

/// A domain in `mydestination` and in `virtual_mailbox_domains`: mail ends in /var/mail, or is refused.
public struct DomainInTwoClasses: Rule {
    public static let name = "domain-in-two-classes"
    public static let summary = "A domain is listed in two classes of addresses; only the first one counts."
    public static let remedy = "take the domain out of one of the two lists"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.servers

    public init() {}

    /// In the order in which they are asked, with those that would never hear of the domain.
    private static let classes: [(winner: String, losers: [String])] = [
        ("mydestination", ["virtual_alias_domains", "virtual_mailbox_domains"]),
        ("virtual_alias_domains", ["virtual_mailbox_domains", "relay_domains"]),
        ("virtual_mailbox_domains", ["relay_domains"]),
    ]
    /// More would take too long at a server.
    private static let limit = 1000

    public func findings(in setup: Setup) async -> [Finding] {
        var findings: [Finding] = []
        var told: Set<String> = []
        var setup = setup
        for (winner, losers) in Self.classes {
            for loser in losers {
                // Words of one list are put to the other.
                let words = DomainList(winner, setup).words + DomainList(loser, setup).words
                for domain in Set(words).sorted().prefix(Self.limit) {
                    let (first, second) = (DomainList(winner, setup), DomainList(loser, setup))
                    let answers = (await first.answer(domain), await second.answer(domain))
                    switch answers {
                    case (.listed(let one), .listed(let other)):
                        guard told.insert("\(domain) \(loser)").inserted else { continue }
                        findings.append(
                            self.finding(
                                domain, (winner, one), (loser, other), setup))
                    case (.failed(let failure), _), (_, .failed(let failure)):
                        findings.append(failure.finding(of: self, asking: domain))
                        // One silent map is one trouble, and would cost its time limit with each domain.
                        setup.disabled.insert(failure.table)
                    default: break
                    }
                }
            }
        }
        return findings
    }

    private func finding(
        _ domain: String, _ winner: (parameter: String, element: String),
        _ loser: (parameter: String, element: String), _ setup: Setup
    ) -> Finding {
        func evidence(_ side: (parameter: String, element: String)) -> [Evidence] {
            let place = setup.evidence(side.parameter)
            return side.element.lowercased() == domain
                ? [place] : [place, Evidence(place: side.element, "\(domain) is found")]
        }
        let consequence =
            winner.parameter == "mydestination"
            ? "its mail goes to users of this machine, and never to its mailboxes"
            : "\(winner.parameter) wins and \(loser.parameter) is never asked"
        let side = loser.parameter == "relay_domains" ? loser : winner
        let command = setup.postconf(side.parameter, without: side.element)
        return finding(
            .error, domain, "is listed in both \(winner.parameter) and \(loser.parameter): \(consequence)",
            evidence: evidence(winner) + evidence(loser),
            cure: "take \(domain) out of \(side.parameter)" + (command == nil ? "" : ":"),
            commands: command.map { [$0] } ?? [])
    }
}

extension Setup {
    /// Sets a list of main.cf to what it is without one of its words; nil where the word does not stand there as it is.
    fileprivate func postconf(_ parameter: String, without word: String) -> Finding.Command? {
        guard let value = mainFile.entries.last(where: { $0.name == parameter })?.value else { return nil }
        let words = ListSyntax.split(value)
        let rest = words.filter { $0.lowercased() != word.lowercased() }
        guard rest.count < words.count, !word.contains("/"), !word.contains(":") else { return nil }
        let setting = Shell.quoted("\(parameter)=\(rest.joined(separator: ", "))")
        return .init("\(configuration.command("postconf")) \(setting)")
    }
}
