/// One line of the catalogue: what main.cf may set, and what it means.
public struct ParameterDefinition: Sendable {
    public let name: String
    public let kind: ParameterKind
    public let `default`: ParameterDefault
    /// A line of documentation.
    public let summary: String
    public let effect: ParameterEffect

    init(
        _ name: String, _ kind: ParameterKind, _ default: ParameterDefault, _ summary: String,
        _ effect: ParameterEffect
    ) {
        self.name = name
        self.kind = kind
        self.default = `default`
        self.summary = summary
        self.effect = effect
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
}
