/// A trouble that a rule has found: one thing that is wrong, how one sees it, and what to do.
public struct Finding: Hashable, Sendable {
    public enum Severity: String, Comparable, CaseIterable, Sendable {
        /// Everything else that an operator may want to know.
        case advice
        /// Something that will hurt: a full scan on every lookup, a certificate that ends in a week.
        case warning
        /// Mail is lost, deferred, misdirected, or relayed for strangers.
        case error

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        public static func < (one: Self, other: Self) -> Bool { one.rank < other.rank }
    }

    /// The rule's name, `missing-map-file`.
    public var rule: String
    public var severity: Severity
    /// What it is about, short: an address, a file, a parameter.
    public var subject: String
    /// One sentence: what is wrong, and what follows from it.
    public var message: String
    /// Where one sees it.
    public var evidence: [Evidence]
    /// What to do, as lines to write where possible.
    public var cure: String
    /// The cure to be typed, one after the other; empty where there is something to decide or to write first.
    public var commands: [Command]
    /// Maps, as `type:name`, that cannot be asked because of this. Rules that cost more leave them out, so that one
    /// cause is named once.
    public var disables: Set<String>
    /// Maps, as `type:name`, that this rule asked in vain. Where another finding names the cause for one of them, this
    /// one says nothing new and is left out.
    public var askedInVain: Set<String>
    /// A server that ran like this would lose mail, or relay it for everybody: it must not start.
    public var forbidsServing: Bool

    public init(
        rule: String, _ severity: Severity, subject: String, _ message: String, evidence: [Evidence] = [],
        cure: String, commands: [Command] = [], disables: Set<String> = [], askedInVain: Set<String> = [],
        forbidsServing: Bool = false
    ) {
        self.rule = rule
        self.severity = severity
        self.subject = subject
        self.message = message
        self.evidence = evidence
        self.cure = cure
        self.commands = commands
        self.disables = disables
        self.askedInVain = askedInVain
        self.forbidsServing = forbidsServing
    }
}

extension Finding: Comparable {
    /// Errors first; then by what they are about.
    public static func < (one: Finding, other: Finding) -> Bool {
        if one.severity != other.severity { return one.severity > other.severity }
        return (one.subject, one.rule, one.message) < (other.subject, other.rule, other.message)
    }
}
