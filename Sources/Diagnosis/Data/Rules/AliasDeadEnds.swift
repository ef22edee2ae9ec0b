import MailFormat
import PostfixConfig
import Routing

/// An alias to an address of ours that no mailbox, alias or catch-all takes.
///
/// With Postfix such mail is taken and then bounced to whoever the sender is said to be; Martlet refuses it.
public struct AliasDeadEnds: Rule {
    public static let name = "alias-dead-ends"
    public static let summary = "An alias to an address of a domain of ours that nobody has there."
    public static let remedy = 
        "correct the target to the address that was meant, or take it out; the finding has been tried with it"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.data

    public init() {}

    /// Targets that are asked for.
    private static let mostSuspects = 20_000

    public func findings(in setup: Setup) async -> [Finding] {
        let survey = await setup.data
        let suspects = DeadEndSearch(survey, setup).suspects
        let router = setup.quietRouter(strict: true)
        let progress = StepProgress(of: min(suspects.count, Self.mostSuspects)) {
            setup.run.show(.askingForTargets, "asking for alias targets", $0)
        }
        let dead = await Array(suspects.prefix(Self.mostSuspects)).mapSideBySide(width: 64) { suspect in
            let reply = await refusal(of: survey.book.address(suspect.target), router)
            progress.step()
            return reply.map { (suspect, $0) }
        }.compactMap(\.self).sorted { $0.0.target < $1.0.target }

        let names = NearbyAddresses(survey, for: dead.prefix(shownFindings).map(\.0.target))
        let trial = CureTrial(setup, survey)
        var findings: [Finding] = []
        for (suspect, reply) in dead.prefix(shownFindings) {
            let cure = await cure(suspect, meant: names.nearest(to: suspect.target), survey, trial)
            findings.append(finding(suspect, reply, cure, survey))
        }
        if dead.count > shownFindings {
            let rest = dead.dropFirst(shownFindings)
            findings.append(
                finding(
                    .error, "\(rest.count) more dead ends",
                    "\(rest.count) more addresses that aliases lead to are nobody's",
                    evidence: rest.prefix(100).map { row($0.0, survey) },
                    cure: "make the mailboxes, or correct the aliases"))
        }
        findings += await misspeltDomains(survey, trial)
        if suspects.count > Self.mostSuspects {
            findings.append(
                finding(
                    .advice, "\(suspects.count) targets",
                    "of \(suspects.count) alias targets that may be nobody's, \(Self.mostSuspects) were asked for",
                    cure: "put right what was found, and run this again"))
        }
        return findings
    }

    /// Aliases to somebody of ours, by a domain that is a slip away from ours: their mail goes to strangers.
    private func misspeltDomains(_ survey: DataSurvey, _ trial: CureTrial) async -> [Finding] {
        var findings: [Finding] = []
        for slip in MisspeltDomains(survey).slips.prefix(shownFindings) {
            let book = survey.book
            let (alias, target) = (book.text(slip.alias), book.text(slip.target))
            let map = survey.graph.mapName(of: slip.alias)
            let edit = await KeyRows(survey, mapName: map, key: alias)?.replacing(target, with: slip.meant)
            guard let edit, await trial.helps([edit], [CureTrial.sample(of: alias)]) else { continue }
            findings.append(
                finding(
                    .warning, target,
                    "the alias \(alias) leads to \(target) at a domain that is not ours, and \(slip.meant) is a "
                        + "mailbox here: its mail goes to strangers",
                    evidence: [Evidence(place: map, "\(alias) -> \(target)")],
                    cure: "did you mean \(slip.meant)?"
                        + (edit.command == nil ? " \(edit.words)" : " Then:"),
                    commands: edit.command.map { [$0] } ?? []))
        }
        return findings
    }

    /// The reply that the address gets where nobody has it; nil where somebody does, or where it cannot be asked.
    private func refusal(of address: MailAddress, _ router: Router) async -> String? {
        let record = RoutingRecord()
        switch await router.verdict(on: address, observer: record) {
        case .rejected(let reply): return reply.text
        case .deferred: return nil
        case .accepted:
            let isLeftOut = record.steps.contains {
                if case .leftOut(let left) = $0 { left.folded == address.folded } else { false }
            }
            return isLeftOut ? "the address itself is nobody's" : nil
        }
    }

    private func row(_ suspect: DeadEndSearch.Suspect, _ survey: DataSurvey) -> Evidence {
        Evidence(
            place: survey.graph.mapName(of: suspect.aliases[0]),
            "\(survey.book.text(suspect.aliases[0])) -> \(survey.book.text(suspect.target))")
    }

    private func finding(
        _ suspect: DeadEndSearch.Suspect, _ reply: String, _ cure: Cure, _ survey: DataSurvey
    ) -> Finding {
        let book = survey.book
        let target = book.text(suspect.target)
        let alias = book.text(suspect.aliases[0])
        let count = suspect.count.counted("alias leads", "aliases lead")
        let isOnly = survey.graph.targets(of: suspect.aliases[0]).count == 1
        return finding(
            .error, target,
            "\(count) to \(target), which no mailbox, alias or catch-all takes"
                + (isOnly ? ": mail for \(Self.words(alias)) is refused"
                    : ": it gets nothing of the mail for \(Self.words(alias))"),
            evidence: suspect.aliases.map { alias in
                Evidence(place: survey.graph.mapName(of: alias), "\(book.text(alias)) -> \(target)")
            } + [Evidence(place: "RCPT TO:<\(target)>", reply)],
            cure: cure.words, commands: cure.commands)
    }

    private struct Cure {
        let words: String
        var commands: [Finding.Command] = []

        /// - Parameter more: aliases of the same kind that are not shown.
        init(_ words: String, _ edits: [RowEdit], more: Int) {
            commands = edits.compactMap(\.command)
            let isTyped = commands.count == edits.count
            if !isTyped { commands = [] }
            let rest = more > 0 ? " (and the same for \(more) more; run this again afterwards)" : ""
            self.words = words + rest + ":" + (isTyped ? "" : " " + edits.map(\.words).joined(separator: "; "))
        }

        init(words: String) { self.words = words }
    }

    private func cure(
        _ suspect: DeadEndSearch.Suspect, meant: String?, _ survey: DataSurvey, _ trial: CureTrial
    ) async -> Cure {
        let book = survey.book
        let target = book.text(suspect.target)
        let keys = suspect.aliases.map(book.text)
        var rows: [KeyRows] = []
        for (key, alias) in zip(keys, suspect.aliases) {
            if let found = await KeyRows(survey, mapName: survey.graph.mapName(of: alias), key: key) {
                rows.append(found)
            }
        }
        let addresses = keys.map(CureTrial.sample)
        let more = suspect.count - keys.count
        func tried(_ edits: [RowEdit]) async -> [RowEdit]? {
            guard edits.count == keys.count, await trial.helps(edits, addresses) else { return nil }
            return edits
        }
        if let meant, let edits = await tried(rows.compactMap { $0.replacing(target, with: meant) }) {
            return Cure("did you mean \(meant)? Then", edits, more: more)
        }
        if let edits = await tried(rows.compactMap { $0.removing(target) }) {
            let words =
                addresses.allSatisfy(trial.isMailbox)
                ? "take the target out, and mail for \(keys[0]) comes to its mailbox"
                : "take the target out; the mail goes on to all others"
            return Cure(words, edits, more: more)
        }
        let row = RowCure(survey, mapName: survey.graph.mapName(of: suspect.aliases[0]))
        return Cure(
            words: "nothing else takes mail for \(Self.words(keys[0])), so it is for you to say who gets it: make the "
                + "mailbox \(target); or write who was meant: \(row.change(key: keys[0], value: "…", from: target)) "
                + "Where nobody needs the alias any more: \(row.removal(key: keys[0], value: target))")
    }

    /// Whom a key stands for: `every other address of example.org` for `@example.org`.
    private static func words(_ key: String) -> String {
        key.hasPrefix("@") ? "every other address of \(key.dropFirst())" : key
    }
}
