/// Runs rules on a setup: the cheap ones first, a few side by side, each within its time.
///
///     let findings = await Examination(RuleBook.all).findings(in: setup)
public struct Examination: Sendable {
    private let rules: [any Rule.Type]
    private let width: Int
    private let timeLimit: @Sendable (RuleCost) -> Duration

    /// - Parameters:
    ///   - width: how many rules run side by side.
    ///   - timeLimit: how long a rule may take.
    public init(
        _ rules: [any Rule.Type], width: Int = 4,
        timeLimit: @escaping @Sendable (RuleCost) -> Duration = \.timeLimit
    ) {
        self.rules = rules
        self.width = max(1, width)
        self.timeLimit = timeLimit
    }

    /// - Returns: each finding once, errors first.
    public func findings(in setup: Setup) async -> [Finding] {
        var setup = setup
        setup.run = RunProgress(rules, shown: setup.progress)
        var found: Set<Finding> = []
        for cost in RuleCost.allCases {
            found.formUnion(await run(rules.filter { $0.cost == cost }, in: setup))
            // What is known to be broken is not asked by rules that cost more.
            for finding in found { setup.disabled.formUnion(finding.disables) }
        }
        return Self.withoutConsequences(found.sorted(), of: setup.disabled)
    }

    /// Leaves out what only says that a map could not be asked, where another finding has said that or knows why.
    private static func withoutConsequences(_ findings: [Finding], of disabled: Set<String>) -> [Finding] {
        var told = disabled
        return findings.filter { finding in
            guard !finding.askedInVain.isEmpty else { return true }
            guard finding.askedInVain.isDisjoint(with: disabled), !finding.askedInVain.isSubset(of: told)
            else {
                return false
            }
            told.formUnion(finding.askedInVain)
            return true
        }
    }

    private func run(_ rules: [any Rule.Type], in setup: Setup) async -> [Finding] {
        await withTaskGroup(of: [Finding].self) { group in
            var waiting = rules[...]
            var found: [Finding] = []
            for rule in waiting.prefix(width) { group.addTask { await run(rule, in: setup) } }
            waiting = waiting.dropFirst(width)
            for await findings in group {
                found += findings
                if let rule = waiting.popFirst() { group.addTask { await run(rule, in: setup) } }
            }
            return found
        }
    }

    private func run(_ rule: any Rule.Type, in setup: Setup) async -> [Finding] {
        let limit = timeLimit(rule.cost)
        let findings = await TimeLimit(limit).run { await rule.init().findings(in: setup) }
        setup.run.ended(rule)
        return findings ?? [
            Finding(
                rule: rule.name, .warning, subject: rule.name,
                "this rule did not come to an end within \(limit.formatted), so what it would find is not known",
                cure: "run it alone when the machine has less to do: martlet check --rule \(rule.name)")
        ]
    }
}

extension Duration {
    /// `15 s`
    fileprivate var formatted: String { "\(components.seconds) s" }
}
