import PostfixConfig

/// What the readers of main.cf and master.cf say about the two files.
public struct UnusableSetting: Rule {
    public static let name = "configuration"
    public static let summary =
        "Lines of main.cf or master.cf that cannot be used, are set twice, mean nothing, or that Martlet does not act on."
    public static let remedy = "correct the line, by the name or value that the finding proposes"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        Self.findings(setup.problems, in: setup.mainFile)
    }

    /// - Parameter main: where the lines are looked up; nil where there is no main.cf.
    public static func findings(_ problems: [ConfigurationProblem], in main: MainFile?) -> [Finding] {
        problems.map { problem in
            let place = [problem.file, problem.line.map { "line \($0)" }].compactMap(\.self)
                .joined(separator: ", ")
            let entry = main?.entries.first { $0.line == problem.line && problem.file == main?.path }
            let shown = entry.map { "\($0.name) = \(Secrets.shown($0.name, $0.value))" }
            var message = problem.message
            if let name = problem.parameter, Secrets.isSecret(name) {
                message =
                    "\(name): \(problem.severity == .error ? "its value cannot be used" : "set twice, or unused")"
            }
            return Finding(
                rule: name, problem.severity == .error ? .error : .warning,
                subject: problem.parameter ?? (place.isEmpty ? "main.cf" : place), message,
                evidence: place.isEmpty ? [] : [Evidence(place: place, shown ?? problem.parameter ?? "")],
                cure: problem.cure ?? "correct the line, or take it out")
        }
    }
}
