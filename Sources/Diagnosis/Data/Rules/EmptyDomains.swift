import PostfixConfig
import Routing

/// A domain of ours in which nobody is: every address there is unknown.
public struct EmptyDomains: Rule {
    public static let name = "empty-domains"
    public static let summary = "A domain of ours without any mailbox or alias, or a table without any row."
    public static let remedy = "add mailboxes or aliases, or take the domain out of its list"
    public static let worst = Finding.Severity.warning
    public static let cost = RuleCost.data

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let survey = await setup.data
        var findings = emptyTables(survey, setup)
        let hasEmptyMailboxTable = !findings.isEmpty
        // Who may be in a map that cannot be read is not known.
        guard survey.knowsAliases, survey.knowsMailboxes, !hasEmptyMailboxTable else { return findings }
        var empty: [(Int32, AddressClass)] = []
        for domain in 0..<Int32(survey.book.domains.count) {
            let entry = survey.domains.entry(domain)
            // A name without a dot is no domain that mail is sent to: PostfixAdmin has a row ALL.
            guard entry.mailboxes == 0, entry.aliases == 0,
                survey.book.domains.withText(domain, { $0.contains(UInt8(ascii: ".")) })
            else { continue }
            let isEmpty =
                entry.isListedForMailboxes && entry.addressClass == .virtualMailbox
                || entry.isListedForAliases && entry.addressClass == .virtualAlias
            if isEmpty { empty.append((domain, entry.addressClass)) }
        }
        for (domain, addressClass) in empty.prefix(shownFindings) {
            let name = survey.book.domains.text(domain)
            let list = addressClass == .virtualMailbox ? DataSurvey.mailboxDomains : DataSurvey.aliasDomains
            findings.append(
                finding(
                    .warning, name,
                    "\(name) is a domain of ours, and nobody is in it: every address there is refused",
                    evidence: [setup.evidence(list)],
                    cure: "add its mailboxes or aliases, or take the domain out of \(list)"))
        }
        if empty.count > shownFindings {
            findings.append(
                finding(
                    .warning, "\(empty.count - shownFindings) more domains",
                    "\(empty.count - shownFindings) more domains of ours have nobody in them",
                    evidence: [
                        Evidence(
                            empty.dropFirst(shownFindings).shortened(to: 10) {
                                survey.book.domains.text($0.0)
                            })
                    ], cure: "add their mailboxes or aliases, or take the domains out"))
        }
        return findings
    }

    private func emptyTables(_ survey: DataSurvey, _ setup: Setup) -> [Finding] {
        let lists = [
            ("virtual_mailbox_maps", survey.mailboxMaps, "every mailbox is unknown"),
            (
                DataSurvey.mailboxDomains,
                survey.domainMaps.filter { $0.parameter == DataSurvey.mailboxDomains },
                "no domain in it is ours, and mail for all of them is refused"
            ),
        ]
        return lists.compactMap { parameter, maps, consequence in
            guard let first = maps.first, maps.allSatisfy({ $0.isRead && $0.rows == 0 }) else { return nil }
            // Names in main.cf itself are domains as well.
            if parameter == DataSurvey.mailboxDomains, hasNames(setup) { return nil }
            return finding(
                .warning, first.name, "there is no row in it: \(consequence)",
                evidence: [setup.evidence(parameter)]
                    + maps.compactMap { map in map.sql.map { Evidence(place: map.name, $0.listedQuery) } },
                cure: "fill the table, or correct the query if the rows are elsewhere")
        }
    }

    private func hasNames(_ setup: Setup) -> Bool {
        setup.configuration[.virtualMailboxDomains].contains { !$0.contains(":") }
    }
}
