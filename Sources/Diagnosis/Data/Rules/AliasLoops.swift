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
    public static let remedy =
        "take the alias out of the circle without which everybody gets mail; the finding has been tried with it"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.data

    public init() {}

    /// Circles that are looked at, and addresses of each.
    private static let mostCircles = 5000
    private static let mostMembers = 50
    private static let mostSteps = 100

    public func findings(in setup: Setup) async -> [Finding] {
        let survey = await setup.data
        var walk = AliasWalk(
            survey, expansionLimit: setup.configuration[.virtualAliasExpansionLimit],
            recursionLimit: setup.configuration[.virtualAliasRecursionLimit])
        walk.run { setup.run.show(.followingAliases, "following aliases", $0) }
        let book = walk.book
        let suspects =
            walk.circles.map { Suspect(members: $0, kind: .circle) }
            + walk.oversized.map { Suspect(members: [$0], kind: .size) }
            + walk.deep.map { Suspect(members: walk.longestWay(from: $0), kind: .depth) }
        let router = setup.quietRouter()
        // What still grows after so many steps on a circle grows without end; the limit itself would take longer.
        let hasty = setup.quietRouter { $0.aliasRecursionLimit = min($0.aliasRecursionLimit, Self.mostSteps) }
        var found = await Array(suspects.prefix(Self.mostCircles)).mapSideBySide(width: 32) { suspect in
            await trouble(with: suspect, book, suspect.kind == .circle ? hasty : router)
        }.compactMap(\.self).sorted { $0.path.first?.text ?? "" < $1.path.first?.text ?? "" }
        // Of a way that is too long the shortest piece says it all.
        let deep = Set(found.filter { $0.kind == .depth }.compactMap(\.path.first))
        found.removeAll { $0.kind == .depth && $0.path.count > 1 && deep.contains($0.path[1]) }
        let trial = CureTrial(setup, survey)
        var findings: [Finding] = []
        for trouble in found.prefix(shownFindings) { findings.append(await finding(trouble, survey, walk, trial)) }
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

    private enum Kind: Sendable { case circle, size, depth }

    private struct Suspect: Sendable {
        /// The addresses of a circle or a way; of too many recipients the alias alone.
        let members: [Int32]
        let kind: Kind
    }

    private struct Trouble: Sendable {
        let path: [MailAddress]
        /// The router's words.
        let cause: String
        let reply: String
        let kind: Kind
    }

    private func trouble(
        with suspect: Suspect, _ book: AddressBook, _ router: Router
    ) async -> Trouble? {
        for number in suspect.members.prefix(suspect.kind == .circle ? Self.mostMembers : 1) {
            let address = book.address(number)
            guard case .deferred(let reply, let cause) = await router.verdict(on: address),
                reply.text.hasPrefix("451 4.3.5")
            else { continue }
            let members = suspect.members.map(book.address)
            let path = Self.path(in: cause) ?? members + (suspect.kind == .circle ? [members[0]] : [])
            return Trouble(path: path, cause: cause, reply: reply.text, kind: suspect.kind)
        }
        return nil
    }

    /// `… alias loop: a@example.org -> b@example.org -> a@example.org`
    private static func path(in cause: String) -> [MailAddress]? {
        guard let start = cause.firstRange(of: "alias loop: ") else { return nil }
        return cause[start.upperBound...].split(separator: " -> ").map { MailAddress(String($0)) }
    }

    private func finding(
        _ trouble: Trouble, _ survey: DataSurvey, _ walk: AliasWalk, _ trial: CureTrial
    ) async -> Finding {
        let first = trouble.path.first?.text ?? ""
        let seen = Evidence(place: "RCPT TO:<\(first)>", trouble.reply)
        switch trouble.kind {
        case .circle:
            let rows = rows(along: trouble.path, survey)
            let cure = await cure(trouble.path, rows, survey, trial)
            return finding(
                .error, first,
                "aliases run in a circle, so mail for each of them waits and fails: "
                    + trouble.path.map(\.text).joined(separator: " -> "),
                evidence: rows.map { Evidence(place: $0.map, "\($0.key) -> \($0.target)") } + [seen],
                cure: cure.words, commands: cure.commands)
        case .depth:
            let last = trouble.path.last?.text ?? ""
            return finding(
                .error, first,
                "the way of its mail goes over \(trouble.path.count - 1) aliases, which is more than "
                    + "virtual_alias_recursion_limit allows, so it waits and fails: " + Self.shortened(trouble.path),
                evidence: [Evidence(trouble.cause), seen],
                cure: "let \(first) lead to \(last) at once, or raise virtual_alias_recursion_limit")
        case .size:
            let branches = first.isEmpty ? [] : walk.book.find(first).map(walk.largestTargets) ?? []
            return finding(
                .error, first,
                "the alias leads to more recipients than virtual_alias_expansion_limit allows, so its mail waits and fails",
                evidence: branches.map {
                    Evidence("\(first) -> \(walk.book.text($0.target)), which leads to \($0.size)")
                } + [Evidence(trouble.cause), seen],
                cure: "spread the recipients over several aliases, or use a mailing list; or raise "
                    + "virtual_alias_expansion_limit")
        }
    }

    /// `a -> b -> c -> … -> y -> z`
    private static func shortened(_ path: [MailAddress]) -> String {
        let texts = path.map(\.text)
        let shown = texts.count > 8 ? texts.prefix(4) + ["…"] + texts.suffix(3) : texts[...]
        return shown.joined(separator: " -> ")
    }

    private struct Cure {
        let words: String
        var commands: [Finding.Command] = []
    }

    /// The row without which everybody on the way gets mail; a mailbox's own mail comes first.
    private func cure(
        _ path: [MailAddress], _ rows: [Row], _ survey: DataSurvey, _ trial: CureTrial
    ) async -> Cure {
        var members: [MailAddress] = []
        for address in path.map(\.folded).prefix(Self.mostMembers) where !members.contains(address) {
            members.append(address)
        }
        var best: (edit: RowEdit, row: Row, ownMail: Int)?
        for row in rows.prefix(Self.mostMembers) {
            guard let edit = await KeyRows(survey, mapName: row.map, key: row.key)?.removing(row.target),
                await trial.helps([edit], members)
            else { continue }
            var ownMail = 0
            for address in members where trial.isMailbox(address) {
                let fate = await trial.fate(of: address, after: [edit])
                if fate.recipients?.contains(address) == true { ownMail += 1 }
            }
            if ownMail > best?.ownMail ?? -1 { best = (edit, row, ownMail) }
        }
        guard let best else {
            let change = rows.last.map {
                " with: "
                    + RowCure(survey, mapName: $0.map).change(key: $0.key, value: "…", from: $0.target)
            }
            return Cure(
                words: "none of them is a mailbox, so it is for you to say where their mail is to go: make a mailbox "
                    + "of one of them, or let one lead elsewhere\(change ?? "")")
        }
        let others = best.ownMail > 0 ? "the mailbox gets its mail again, and so do the others" : "all of them get mail"
        return Cure(
            words: "let \(best.row.key) not lead to \(best.row.target) any more; then \(others)"
                + (best.edit.command == nil ? ": \(best.edit.words)" : ":"),
            commands: best.edit.command.map { [$0] } ?? [])
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
