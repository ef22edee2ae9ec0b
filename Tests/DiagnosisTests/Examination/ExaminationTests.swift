import Foundation
import Synchronization
import Testing

@testable import Diagnosis

private struct Sleeper: Rule {
    static let name = "sleeper"
    static let remedy = "none"
    static let summary = "Never comes to an end, and does not listen."
    static let worst = Finding.Severity.error
    static let cost = RuleCost.servers

    func findings(in setup: Setup) async -> [Finding] {
        while true {
            try? await Task.sleep(for: .milliseconds(50)); if Self.isOver.withLock({ $0 }) { return [] }
        }
    }

    static let isOver = Mutex(false)
}

private struct Cause: Rule {
    static let name = "cause"
    static let remedy = "none"
    static let summary = "Finds what is broken."
    static let worst = Finding.Severity.warning
    static let cost = RuleCost.servers

    func findings(in setup: Setup) async -> [Finding] {
        let found = finding(.warning, "b", "broken", cure: "mend it", disables: ["mysql:/a.cf"])
        return [found, found]
    }
}

private struct Consequence: Rule {
    static let name = "consequence"
    static let remedy = "none"
    static let summary = "Asks what is broken."
    static let worst = Finding.Severity.error
    static let cost = RuleCost.servers

    func findings(in setup: Setup) async -> [Finding] {
        [
            finding(.error, "z", "could not ask", cure: "?", askedInVain: ["mysql:/a.cf"]),
            finding(.error, "y", "could not ask", cure: "?", askedInVain: ["mysql:/other.cf"]),
            finding(.warning, "x", "could not ask it either", cure: "?", askedInVain: ["mysql:/other.cf"]),
            finding(.advice, "a", "fine", cure: "nothing"),
        ]
    }
}

private struct Dear: Rule {
    static let name = "dear"
    static let remedy = "none"
    static let summary = "Says what it would not ask."
    static let worst = Finding.Severity.advice
    static let cost = RuleCost.data

    func findings(in setup: Setup) async -> [Finding] {
        setup.disabled.map { finding(.advice, $0, "left out", cure: "") }
    }
}

@Suite struct ExaminationTests {
    @Test func findingsComeOnceErrorsFirstAndWithoutMereConsequences() async throws {
        let findings = await Examination([Dear.self, Consequence.self, Cause.self]).findings(
            in: try TriedSetup().setup())
        #expect(findings.map(\.subject) == ["y", "b", "a", "mysql:/a.cf"])
    }

    @Test func aRuleThatTakesTooLongIsGivenUpAndNamed() async throws {
        let findings = await Examination([Sleeper.self, Cause.self], timeLimit: { _ in .milliseconds(300) })
            .findings(in: try TriedSetup().setup())
        Sleeper.isOver.withLock { $0 = true }
        #expect(Set(findings.map(\.rule)) == ["sleeper", "cause"])
        #expect(findings.first { $0.rule == "sleeper" }?.message.contains("did not come to an end") == true)
    }

    @Test func noMoreRulesRunSideBySideThanAllowed() async throws {
        let rules = Array(repeating: Counter.self as any Rule.Type, count: 12)
        _ = await Examination(rules, width: 3).findings(in: try TriedSetup().setup())
        #expect(Counter.most.withLock { $0 } == 3)
    }
}

/// Keeps what was shown.
private final class Watch: CheckProgress {
    let shown = Mutex<[(phase: String, fraction: Double)]>([])

    func show(_ phase: String, _ fraction: Double) { shown.withLock { $0.append((phase, fraction)) } }
}

@Suite struct RunProgressTests {
    @Test func `one bar grows from the first rule to the last, and names its phases`() async throws {
        let watch = Watch()
        let made = try TriedSetup("virtual_mailbox_domains = inline:{example.org=x}")
        let before = try made.setup()
        let setup = Setup(
            configuration: before.configuration, mainFile: before.mainFile, master: before.master,
            opener: before.opener, router: before.router, progress: watch)
        _ = await Examination([Cause.self, AliasLoops.self, AliasDeadEnds.self, EmptyDomains.self])
            .findings(in: setup)
        let shown = watch.shown.withLock { $0 }
        #expect(zip(shown, shown.dropFirst()).allSatisfy { $0.fraction <= $1.fraction }, "\(shown)")
        #expect(shown.last?.fraction ?? 0 > 0.8, "\(shown)")
        #expect(Set(shown.map(\.phase)).isSuperset(of: ["cause", "following aliases", "alias-loops"]), "\(shown)")
        #expect(shown.contains { $0.phase.hasPrefix("reading ") })
    }
}

private struct Counter: Rule {
    static let name = "counter"
    static let remedy = "none"
    static let summary = "Counts who runs beside it."
    static let worst = Finding.Severity.advice
    static let cost = RuleCost.files
    static let now = Mutex(0)
    static let most = Mutex(0)

    func findings(in setup: Setup) async -> [Finding] {
        let running = Self.now.withLock {
            $0 += 1; return $0
        }
        Self.most.withLock { $0 = max($0, running) }
        try? await Task.sleep(for: .milliseconds(40))
        Self.now.withLock { $0 -= 1 }
        return []
    }
}

@Suite struct RuleBookTests {
    @Test func namesAreStableInFormAndUnique() {
        let names = RuleBook.all.map { $0.name }
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(name.utf8.allSatisfy { (97...122).contains($0) || $0 == 45 }, "\(name)")
        }
    }
}
