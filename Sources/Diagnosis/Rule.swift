/// One kind of trouble: looks at a setup, and says where it has that trouble.
///
/// A value; one type a file, in a folder that names the topic. ``RuleBook`` lists them all.
public protocol Rule: Sendable {
    /// For `--rule`: lower case with hyphens. It stays the same for good.
    static var name: String { get }
    /// One line for `check --list` and Documentation/check.md: what it finds.
    static var summary: String { get }
    /// What helps as a rule, for Documentation/check.md; each finding has its own cure.
    static var remedy: String { get }
    /// How bad the worst of its findings are.
    static var worst: Finding.Severity { get }
    static var cost: RuleCost { get }

    init()

    /// What could not be looked at is a finding too, never silence.
    func findings(in setup: Setup) async -> [Finding]
}

extension Rule {
    /// A finding of this rule.
    public func finding(
        _ severity: Finding.Severity, _ subject: String, _ message: String, evidence: [Evidence] = [],
        cure: String, commands: [Finding.Command] = [], disables: Set<String> = [],
        askedInVain: Set<String> = [], forbidsServing: Bool = false
    ) -> Finding {
        Finding(
            rule: Self.name, severity, subject: subject, message, evidence: evidence, cure: cure, commands: commands,
            disables: disables, askedInVain: askedInVain, forbidsServing: forbidsServing)
    }
}

/// What a rule asks of the machine and its servers. Cheaper rules run first.
public enum RuleCost: Int, Comparable, CaseIterable, Sendable {
    /// Configuration and local files and sockets alone: `serve` runs these too.
    case files
    /// A few questions to peers.
    case servers
    /// Reads whole tables.
    case data

    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    /// How long a rule may take before its findings are given up.
    public var timeLimit: Duration {
        switch self {
        case .files: .seconds(15)
        case .servers: .seconds(60)
        case .data: .seconds(1800)
        }
    }
}
