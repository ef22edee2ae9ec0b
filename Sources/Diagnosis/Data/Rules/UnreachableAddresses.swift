import PostfixConfig
import Routing

/// Mailboxes and aliases in domains that are in no list of ours: mail for them is never taken.
public struct UnreachableAddresses: Rule {
    public static let name = "unreachable-addresses"
    public static let summary =
        "Mailboxes or aliases in a domain that is not listed, so that nobody can write to them."
    public static let remedy = "list the domain, by the `INSERT` that the finding has; or remove what is in it"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.data

    public init() {}

    private struct Group {
        let domain: Int32
        var count = 0
        var examples: [Int32] = []

        mutating func add(_ number: Int32) {
            count += 1
            if examples.count < 5 { examples.append(number) }
        }
    }

    public func findings(in setup: Setup) async -> [Finding] {
        let survey = await setup.data
        // A domain may be in a list that could not be read, where its class could not be asked for either.
        let book = survey.book
        var mailboxes: [Int32: Group] = [:]
        var aliases: [Int32: Group] = [:]
        for number in 0..<Int32(book.count) {
            let marks = book.marks[Int(number)]
            let domain = book.domain(of: number)
            guard domain >= 0, !marks.isEmpty else { continue }
            let entry = survey.domains.entry(domain)
            if marks.contains(.mailbox), isLost(entry) {
                mailboxes[domain, default: Group(domain: domain)].add(number)
            } else if marks.contains(.alias), entry.addressClass == .other {
                aliases[domain, default: Group(domain: domain)].add(number)
            }
        }
        let router = setup.quietRouter()
        var findings: [Finding] = []
        for group in mailboxes.values.sorted(by: { $0.domain < $1.domain }).prefix(shownFindings) {
            guard await isConfirmed(group, survey, router) else { continue }
            findings.append(await mailboxFinding(group, survey, setup))
        }
        for group in aliases.values.sorted(by: { $0.domain < $1.domain }).prefix(shownFindings)
        where mailboxes[group.domain] == nil {
            guard await isConfirmed(group, survey, router) else { continue }
            findings.append(await aliasFinding(group, survey, setup))
        }
        let rest = max(0, mailboxes.count - shownFindings) + max(0, aliases.count - shownFindings)
        if rest > 0 {
            findings.append(
                finding(
                    .warning, "\(rest) more domains",
                    "mailboxes and aliases in \(rest) more domains are in no list of ours",
                    cure: "list the domains, or remove what is in them"))
        }
        return findings
    }

    /// Mailboxes are asked for in mailbox domains alone. A domain that is listed and yet of another class is the
    /// matter of the rules about lists.
    private func isLost(_ entry: DomainTable.Entry) -> Bool {
        switch entry.addressClass {
        case .virtualMailbox: false
        case .other: true
        case .local, .virtualAlias, .relay: !entry.isListedForMailboxes
        }
    }

    /// The router says what the tables seemed to say.
    private func isConfirmed(_ group: Group, _ survey: DataSurvey, _ router: Router) async -> Bool {
        let address = survey.book.address(group.examples[0])
        guard let asked = try? await router.addressClass(of: address) else { return false }
        return asked == survey.domains.entry(group.domain).addressClass
    }

    private func mailboxFinding(_ group: Group, _ survey: DataSurvey, _ setup: Setup) async -> Finding {
        let domain = survey.book.domains.text(group.domain)
        let addressClass = survey.domains.entry(group.domain).addressClass
        let consequence =
            switch addressClass {
            case .other: "mail for them is refused (Relay access denied)"
            case .local: "it is a local domain (mydestination), and mailboxes are not asked there"
            case .virtualAlias: "it is a domain of aliases, and mailboxes are not asked there"
            case .relay, .virtualMailbox: "it is a relay domain, and mailboxes are not asked there"
            }
        let absence = await DomainAbsence(group.domain, survey, setup)
        return finding(
            absence.reason == nil ? .warning : .error, domain,
            "\(group.count.counted("mailbox", "mailboxes")) of \(domain) cannot be reached, since "
                + "virtual_mailbox_domains does not have the domain; \(consequence)",
            evidence: [
                Evidence(
                    place: "virtual_mailbox_maps",
                    group.examples.shortened(of: group.count) { survey.book.text($0) }),
                setup.evidence("virtual_mailbox_domains"),
            ] + (absence.reason.map { [Evidence($0)] } ?? []),
            cure: absence.words, commands: absence.command.map { [$0] } ?? [])
    }

    private func aliasFinding(_ group: Group, _ survey: DataSurvey, _ setup: Setup) async -> Finding {
        let domain = survey.book.domains.text(group.domain)
        let absence = await DomainAbsence(group.domain, survey, setup)
        return finding(
            .warning, domain,
            "\(group.count.counted("alias", "aliases")) of \(domain) cannot be reached from outside, since no list "
                + "of ours has the domain; only mail that our own users send there goes by them",
            evidence: [
                Evidence(
                    place: survey.graph.mapName(of: group.examples[0]),
                    group.examples.shortened(of: group.count) { survey.book.text($0) }),
                setup.evidence("virtual_mailbox_domains"), setup.evidence("virtual_alias_domains"),
            ], cure: absence.words, commands: absence.command.map { [$0] } ?? [])
    }
}
