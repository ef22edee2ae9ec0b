import PostfixConfig

/// Settings of main.cf that Postfix obeys and Martlet does not; mail goes the same way without them.
public struct IdleParameters: Rule {
    public static let name = "idle-parameters"
    public static let summary = "Parameters that are set, and that Martlet does not act on."
    public static let remedy = "none is needed"
    public static let worst = Finding.Severity.advice
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        var evidence: [Evidence] = []
        var names: [String] = []
        for entry in setup.mainFile.entries where !names.contains(entry.name) {
            guard let definition = ParameterCatalogue.definition(of: entry.name),
                definition.effect == .notActedOn,
                !Self.lookedAt.contains(entry.name)
            else { continue }
            names.append(entry.name)
            evidence.append(setup.evidence(entry.name))
        }
        guard !names.isEmpty else { return [] }
        return [
            finding(
                .advice, "main.cf",
                "Martlet does not act on \(names.joined(separator: ", ")); who may send mail and where it goes is the same "
                    + "without", evidence: evidence,
                cure: "nothing has to be done; Documentation/parameters.md has all that Martlet acts on")
        ]
    }

    /// What this check looks at itself, or every setup has.
    private static let lookedAt: Set<String> = [
        "alias_database", "compatibility_level", "config_directory", "data_directory",
    ]
}
