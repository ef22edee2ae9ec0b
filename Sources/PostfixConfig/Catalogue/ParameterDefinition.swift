/// One line of the catalogue: what main.cf may set, and what it means.
public struct ParameterDefinition: Sendable {
    public let name: String
    public let kind: ParameterKind
    public let `default`: ParameterDefault
    /// A line of documentation.
    public let summary: String
    public let effect: ParameterEffect
    /// Whether the answers of the tables that it names may come from memory (`lookup_stale_ttl`,
    /// `lookup_cache_ttl`). They may where the question is whether an address or a domain is ours and where its mail
    /// goes; never where it is who may send mail.
    public let remembersAnswers: Bool

    init(
        _ name: String, _ kind: ParameterKind, _ default: ParameterDefault, _ summary: String,
        _ effect: ParameterEffect, remembersAnswers: Bool = false
    ) {
        self.remembersAnswers = remembersAnswers
        self.name = name
        self.kind = kind.counting(asIn: `default`)
        self.default = `default`
        self.summary = summary
        self.effect = effect
    }
}

// The lines of the catalogue that no part of Martlet reads.
extension ParameterDefinition {
    static func known(_ name: String, _ kind: ParameterKind, _ text: String, _ summary: String) -> Self {
        Self(name, kind, .text(text), summary, .notActedOn)
    }

    static func known(_ name: String, _ kind: ParameterKind, from machine: MachineDefault, _ summary: String)
        -> Self
    {
        Self(name, kind, .machine(machine), summary, .notActedOn)
    }

    /// One by which Postfix decides who may send mail.
    static func guarding(_ name: String, _ kind: ParameterKind, _ text: String, _ summary: String) -> Self {
        Self(name, kind, .text(text), summary, .notActedOnButGuards)
    }

    /// One by which Postfix decides where mail goes.
    static func routing(_ name: String, _ kind: ParameterKind, _ text: String, _ summary: String) -> Self {
        Self(name, kind, .text(text), summary, .notActedOnButRoutes)
    }
}

/// Where a parameter's value comes from when main.cf does not set it.
public enum ParameterDefault: Hashable, Sendable {
    /// Text as main.cf would have it.
    case text(String)
    /// Found out from the machine that the program runs on.
    case machine(MachineDefault)
}

/// What setting a parameter does to Martlet.
public enum ParameterEffect: Hashable, Sendable {
    /// Martlet obeys it.
    case actedOn
    /// Postfix knows it; Martlet does not act on it, and mail is accepted and sent just the same.
    case notActedOn
    /// Postfix knows it and decides by it who may send mail; Martlet does not act on it, and warns.
    case notActedOnButGuards
    /// Postfix knows it and decides by it where mail goes; Martlet does not act on it, and warns.
    case notActedOnButRoutes
}
