import MailFormat
import PostfixConfig
import Routing
import Synchronization

/// An alias to an address of ours that no mailbox, alias or catch-all takes.
///
/// With Postfix such mail is taken and then bounced to whoever the sender is said to be; Martlet refuses it.
public struct AliasDeadEnds: Rule {
    public static let name = "alias-dead-ends"
    public static let summary = "An alias to an address of a domain of ours that nobody has there."
    public static let remedy = "make the mailbox, or correct or remove the alias"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.data

    public init() {}

    /// Targets that are asked for.
    private static let mostSuspects = 20_000

    public func findings(in setup: Setup) async -> [Finding] {
        let survey = await setup.data
        let suspects = DeadEndSearch(survey, setup).suspects
        let router = setup.quietRouter(strict: true)
        let progress = SuspectProgress(setup, total: min(suspects.count, Self.mostSuspects))
        let dead = await Array(suspects.prefix(Self.mostSuspects)).mapSideBySide(width: 64) { suspect in
            let reply = await refusal(of: survey.book.address(suspect.target), router)
            progress.step()
            return reply.map { (suspect, $0) }
        }.compactMap(\.self).sorted { $0.0.target < $1.0.target }

        let names = NearbyMailboxes(survey, for: dead.prefix(shownFindings).map(\.0.target))
        var findings = dead.prefix(shownFindings).map { finding($0, $1, survey, names) }
        if dead.count > shownFindings {
            let rest = dead.dropFirst(shownFindings)
            findings.append(
                finding(
                    .error, "\(rest.count) more dead ends",
                    "\(rest.count) more addresses that aliases lead to are nobody's",
                    evidence: rest.prefix(100).map { row($0.0, survey) },
                    cure: "make the mailboxes, or correct the aliases"))
        }
        if suspects.count > Self.mostSuspects {
            findings.append(
                finding(
                    .advice, "\(suspects.count) targets",
                    "of \(suspects.count) alias targets that may be nobody's, \(Self.mostSuspects) were asked for",
                    cure: "put right what was found, and run this again"))
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
        _ suspect: DeadEndSearch.Suspect, _ reply: String, _ survey: DataSurvey, _ names: NearbyMailboxes
    ) -> Finding {
        let book = survey.book
        let target = book.text(suspect.target)
        let alias = book.text(suspect.aliases[0])
        let count = suspect.count.counted("alias leads", "aliases lead")
        let maps = suspect.aliases.map { survey.graph.mapName(of: $0) }
        let cure = RowCure(survey, mapName: maps[0])
        let isOnly = survey.graph.targets(of: suspect.aliases[0]).count == 1
        let meant = names.nearest(to: suspect.target)
        return finding(
            .error, target,
            "\(count) to \(target), which no mailbox, alias or catch-all takes"
                + (isOnly ? ": mail for \(alias) is refused" : ": it gets nothing of the mail for \(alias)"),
            evidence: zip(suspect.aliases, maps).map { alias, map in
                Evidence(place: map, "\(book.text(alias)) -> \(target)")
            } + [Evidence(place: "RCPT TO:<\(target)>", reply)],
            cure: meant.map { "did you mean \($0)? " + cure.change(key: alias, value: $0, from: target) }
                ?? "make the mailbox \(target), or: " + cure.removal(key: alias, value: target))
    }
}

/// Tells how many of the suspects were asked for.
private final class SuspectProgress: Sendable {
    private let done = Atomic(0)
    private let total: Int
    private let progress: any CheckProgress

    init(_ setup: Setup, total: Int) {
        self.total = max(1, total)
        progress = setup.progress
    }

    func step() {
        let done = done.add(1, ordering: .relaxed).newValue
        if done.isMultiple(of: 256) {
            progress.show("asking for alias targets", Double(done) / Double(total))
        }
    }
}
