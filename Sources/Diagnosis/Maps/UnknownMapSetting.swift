import PostfixConfig

/// `host = db.example.org`, where only `hosts` means something: localhost is asked instead, and nobody says so.
public struct UnknownMapSetting: Rule {
    public static let name = "unknown-map-setting"
    public static let summary =
        "A map's file has a setting that such a map does not know, so it does nothing."
    public static let remedy = "write the name that was meant"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        setup.maps.flatMap { findings(about: $0, in: setup) }
    }

    private func findings(about map: NamedMap, in setup: Setup) -> [Finding] {
        guard map.content == .definition, let file = DefinitionFile(path: map.name),
            let known = setup.opener.settingNames(of: map.type)
        else { return [] }
        // What is missing is told together with what was written in its place.
        let missing = MapDefinition.missing(in: file, of: map.type)
        return MapDefinition.unknown(in: file, known).compactMap { setting in
            let meant =
                Spelling.nearest(to: setting.name.lowercased(), in: known.sorted())
                ?? Likeness.nearest(to: setting.name, in: known.sorted(), atLeast: 0.6)
            if let meant, meant == missing { return nil }
            let consequence: String
            if meant == "hosts", file["hosts"] == nil {
                consequence = "does nothing; localhost is asked instead"
            } else {
                consequence = "does nothing: \(map.type): maps have no such setting"
            }
            return finding(
                meant == "hosts" && file["hosts"] == nil ? .error : .warning, map.name,
                "the setting \(setting.name) \(consequence)", evidence: [file.evidence(setting)],
                cure: meant.map { "did you mean \($0)? Write: \($0) = \(Secrets.shown($0, setting.value))" }
                    ?? "take the line out")
        }
    }
}
