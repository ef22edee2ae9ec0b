/// Every rule there is.
public enum RuleBook {
    public static let all: [any Rule.Type] = files + data

    /// Rules that look at configuration, files and sockets.
    private static let files: [any Rule.Type] = [
        UnusableSetting.self, MissingMapFile.self,
    ]

    public static func rule(named name: String) -> (any Rule.Type)? { all.first { $0.name == name } }
}
