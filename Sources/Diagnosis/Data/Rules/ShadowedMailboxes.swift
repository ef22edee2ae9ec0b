import MailFormat
import PostfixConfig
import Routing

/// "John never gets any mail": a catch-all takes the mail of the mailboxes in its domain, since aliases are asked
/// before mailboxes.
public struct ShadowedMailboxes: Rule {
    public static let name = "shadowed-mailboxes"
    public static let summary = "A catch-all that takes the mail of mailboxes in its domain."
    public static let remedy =
        "`virtual_catchall_after_mailboxes = yes`, or a map that answers each mailbox with itself"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.data

    public init() {}

    private struct Shadow {
        let domain: Int32
        var examples: [Int32] = []
        var count = 0
    }

    public func findings(in setup: Setup) async -> [Finding] {
        guard !setup.configuration[.virtualCatchallAfterMailboxes] else { return [] }
        let survey = await setup.data
        let router = setup.quietRouter()
        var findings: [Finding] = []
        for shadow in shadows(survey).sorted(by: { $0.domain < $1.domain }) {
            guard let taken = await taken(shadow, survey, router) else { continue }
            if findings.count == shownFindings { break }
            findings.append(finding(shadow, taken, survey, setup))
        }
        return findings
    }

    /// Mailboxes that only a catch-all answers for, by domain.
    private func shadows(_ survey: DataSurvey) -> [Shadow] {
        let book = survey.book
        var shadows: [Int32: Shadow] = [:]
        for number in 0..<Int32(book.count) where book.marks[Int(number)].contains(.mailbox) {
            let domain = book.domain(of: number)
            guard domain >= 0, survey.domains.entry(domain).catchall >= 0, !book.hasEmptyLocalPart(number),
                let answer = survey.graph.answer(of: number, book, survey.domains),
                answer.form == .catchall, !survey.graph.leadsToItself(number, answer, book)
            else { continue }
            shadows[domain, default: Shadow(domain: domain)].count += 1
            if shadows[domain, default: Shadow(domain: domain)].examples.count < 5 {
                shadows[domain]?.examples.append(number)
            }
        }
        return Array(shadows.values)
    }

    /// Where the mail of the first of them goes instead; nil where it gets its mail.
    private func taken(_ shadow: Shadow, _ survey: DataSurvey, _ router: Router) async -> String? {
        let mailbox = survey.book.address(shadow.examples[0])
        switch await router.verdict(on: mailbox) {
        case .accepted(let finals):
            if finals.contains(where: { $0.address.folded == mailbox.folded }) { return nil }
            return finals.shortened { $0.address.text }
        case .rejected(let reply), .deferred(let reply, _):
            return reply.text
        }
    }

    private func finding(
        _ shadow: Shadow, _ taken: String, _ survey: DataSurvey, _ setup: Setup
    ) -> Finding {
        let book = survey.book
        let domain = book.domains.text(shadow.domain)
        let catchall = survey.domains.entry(shadow.domain).catchall
        let targets = survey.graph.targets(of: catchall).shortened { book.text($0) }
        let count = shadow.count.counted("mailbox", "mailboxes")
        return finding(
            .error, "@\(domain)",
            "the catch-all @\(domain) takes the mail of \(count) in that domain: "
                + shadow.examples.shortened(of: shadow.count) { book.text($0) },
            evidence: [
                Evidence(place: survey.graph.mapName(of: catchall), "@\(domain) -> \(targets)"),
                Evidence(place: "mail for \(book.text(shadow.examples[0]))", "goes to \(taken)"),
                setup.evidence("virtual_alias_maps"),
            ],
            cure: "make each mailbox an alias of itself, as Postfix needs it (\(selfMapping(survey))); "
                + "or let mailboxes be asked before catch-alls:",
            commands: [
                .init("\(setup.configuration.command("postconf")) virtual_catchall_after_mailboxes=yes")
            ])
    }

    /// A map more, that answers with the mailbox itself.
    private func selfMapping(_ survey: DataSurvey) -> String {
        for map in survey.mailboxMaps {
            guard let columns = RowCure(map).columns, let colon = map.name.firstIndex(of: ":") else {
                continue
            }
            let type = map.name[..<colon]
            let file = map.name[map.name.index(after: colon)...]
            let query = "SELECT \(columns.key) FROM \(columns.table) WHERE \(columns.key)='%s'"
            return
                "copy \(file) to \(type)-email2email.cf beside it, write there query = \(query), "
                + "and name \(type):…/\(type)-email2email.cf last in virtual_alias_maps"
        }
        return "an entry MAILBOX MAILBOX in virtual_alias_maps for each"
    }
}
