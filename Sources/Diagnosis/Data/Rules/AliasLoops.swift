import MailFormat
import PostfixConfig
import Routing

/// `a → b → a`, and `a → a+x`, which `recipient_delimiter` makes an alias to itself with more and more behind.
///
/// The walk over all aliases says where a loop may be; whether it is one is for the router to say, by the code that
/// answers RCPT TO.
public struct AliasLoops: Rule {
    public static let name = "alias-loops"
    public static let summary = "Aliases that lead back to themselves, or to more recipients than may be."
    public static let remedy = "take one alias out of the circle"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.data

    public init() {}

    /// Circles that are looked at, and addresses of each.
    private static let mostCircles = 5000
    private static let mostMembers = 50
    private static let mostSteps = 100

    public func findings(in setup: Setup) async -> [Finding] {
        let survey = await setup.data
        var walk = AliasWalk(survey, expansionLimit: setup.configuration[.virtualAliasExpansionLimit])
        walk.run { setup.progress.show("following aliases", $0) }
        let book = walk.book
        let suspects =
            walk.circles.map { Suspect($0, isCircle: true) }
            + walk.oversized.map { Suspect([$0], isCircle: false) }
        let router = setup.quietRouter()
        // What still grows after so many steps on a circle grows without end; the limit itself would take longer.
        let hasty = setup.quietRouter { $0.aliasRecursionLimit = min($0.aliasRecursionLimit, Self.mostSteps) }
        let found = await Array(suspects.prefix(Self.mostCircles)).mapSideBySide(width: 32) { suspect in
            await trouble(with: suspect, book, suspect.isCircle ? hasty : router)
        }.compactMap(\.self).sorted { $0.path.first?.text ?? "" < $1.path.first?.text ?? "" }
        var findings = found.prefix(shownFindings).map { finding($0, survey) }
        if found.count > shownFindings {
            findings.append(
                finding(
                    .error, "\(found.count - shownFindings) more loops",
                    "\(found.count - shownFindings) more groups of aliases lead back to themselves",
                    evidence: [
                        Evidence(
                            found.dropFirst(shownFindings).shortened(to: 10) { $0.path.first?.text ?? "" })
                    ], cure: "take one alias out of each circle"))
        }
        return findings
    }

    private struct Suspect: Sendable {
        let members: [Int32]
        let isCircle: Bool

        init(_ members: [Int32], isCircle: Bool) {
            self.members = members
            self.isCircle = isCircle
        }
    }

    private struct Trouble: Sendable {
        let path: [MailAddress]
        /// The router's words.
        let cause: String
        let reply: String
        let isCircle: Bool
    }

    private func trouble(
        with suspect: Suspect, _ book: AddressBook, _ router: Router
    ) async -> Trouble? {
        for number in suspect.members.prefix(Self.mostMembers) {
            let address = book.address(number)
            guard case .deferred(let reply, let cause) = await router.verdict(on: address),
                reply.text.hasPrefix("451 4.3.5")
            else { continue }
            let path =
                Self.path(in: cause) ?? suspect.members.map(book.address) + [book.address(suspect.members[0])]
            return Trouble(path: path, cause: cause, reply: reply.text, isCircle: suspect.isCircle)
        }
        return nil
    }

    /// `… alias loop: a@example.org -> b@example.org -> a@example.org`
    private static func path(in cause: String) -> [MailAddress]? {
        guard let start = cause.firstRange(of: "alias loop: ") else { return nil }
        return cause[start.upperBound...].split(separator: " -> ").map { MailAddress(String($0)) }
    }

    private func finding(_ trouble: Trouble, _ survey: DataSurvey) -> Finding {
        let first = trouble.path.first?.text ?? ""
        let rows = trouble.isCircle ? rows(along: trouble.path, survey) : []
        let cure =
            rows.last.map { row in
                "take one alias out of the circle, such as the last: "
                    + RowCure(survey, mapName: row.map).removal(key: row.key, value: row.target)
            } ?? "spread the recipients over several aliases, or use a mailing list; or raise the limit"
        return finding(
            .error, first,
            trouble.isCircle
                ? "aliases run in a circle, so mail for each of them waits and fails: "
                    + trouble.path.map(\.text).joined(separator: " -> ")
                : "the alias leads to more recipients than may be, so its mail waits and fails",
            evidence: rows.map { Evidence(place: $0.map, "\($0.key) -> \($0.target)") }
                + [Evidence(place: "RCPT TO:<\(first)>", trouble.reply)]
                + (trouble.isCircle ? [] : [Evidence(trouble.cause)]),
            cure: cure)
    }

    private struct Row {
        let map: String
        let key: String
        let target: String
    }

    /// The entries that make the steps of the path.
    private func rows(along path: [MailAddress], _ survey: DataSurvey) -> [Row] {
        var rows: [Row] = []
        for (address, next) in zip(path, path.dropFirst()) {
            guard let domain = address.domain.flatMap(survey.book.findDomain),
                let key = key(of: address, domain, survey)
            else { continue }
            let targets = survey.graph.targets(of: key)
            let target =
                targets.first { survey.book.address($0).folded == next.folded }
                ?? targets.first { survey.book.hasEmptyLocalPart($0) } ?? targets.first
            let row = Row(
                map: survey.graph.mapName(of: key), key: survey.book.text(key),
                target: target.map(survey.book.text) ?? "")
            if !rows.contains(where: { $0.key == row.key && $0.target == row.target }) { rows.append(row) }
        }
        return rows
    }

    private func key(of address: MailAddress, _ domain: Int32, _ survey: DataSurvey) -> Int32? {
        if let number = survey.book.find(localPart: address.localPart, domain: domain) {
            return survey.graph.answer(of: number, survey.book, survey.domains)?.key
        }
        let catchall = survey.domains.entry(domain).catchall
        return catchall >= 0 ? catchall : nil
    }
}
