import LookupTables
import PostfixConfig

/// A definition that cannot be opened: a setting that is missing or makes no sense, a kind of map that there is not.
public struct MapDefinition: Rule {
    public static let name = "map-definition"
    public static let summary =
        "A map cannot be opened: a setting is missing, misspelt or wrong, or there is no such kind of map."
    public static let remedy = "set what is missing, or write the right name in place of the misspelt one"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        setup.maps.compactMap { finding(about: $0, in: setup) }
    }

    private func finding(about map: NamedMap, in setup: Setup) -> Finding? {
        guard Self.canBeRead(map) else { return nil }
        let definition = map.content == .definition ? DefinitionFile(path: map.name) : nil
        let missing = definition.flatMap { Self.missing(in: $0, of: map.type) }
        let reason: String
        do throws(TableError) {
            _ = try setup.opener.openOrFail(map.specification)
            // A database without a name can be opened, and has no tables.
            guard missing != nil else { return nil }
            reason = ""
        } catch {
            reason = error.description
        }
        let unknown =
            definition.map { Self.unknown(in: $0, setup.opener.settingNames(of: map.type) ?? []) } ?? []
        let parameters = map.parameters.joined(separator: ", ")
        guard let definition, let missing else {
            return finding(
                map.isWritten ? .error : .advice, map.specification,
                "cannot be opened, so every lookup of \(parameters) fails for the time being",
                evidence: [Evidence(Self.withoutSecrets(reason, definition))] + map.places,
                cure: definition.map { "correct the setting in \($0.path)" }
                    ?? "correct the value of \(parameters)",
                disables: [map.specification])
        }
        let meant =
            unknown.first { Spelling.nearest(to: $0.name.lowercased(), in: [missing]) != nil }
            ?? unknown.first { Likeness.of($0.name, missing) >= 0.5 }
        let evidence =
            (meant ?? definition[missing]).map { [definition.evidence($0)] }
            ?? unknown.map { definition.evidence($0) }
        return finding(
            .error, map.specification,
            "\(missing) is not set, so every lookup of \(parameters) fails for the time being",
            evidence: (evidence.isEmpty
                ? [Evidence(place: definition.path, "no line begins with \(missing) =")] : evidence)
                + map.places,
            cure: meant.map {
                "write \(missing) in place of \($0.name) in \(definition.path), line \($0.line)"
            }
                ?? "add a line to \(definition.path): \(missing) = …",
            disables: [map.specification])
    }

    /// Whether the file is there; one that is not is another rule's.
    private static func canBeRead(_ map: NamedMap) -> Bool {
        switch map.content {
        case .definition, .text: (try? FileContent.read(map.name)) != nil
        case .source(let kind): (try? FileStatus(path: kind.file(of: map.name))) != nil
        case .none: true
        }
    }

    /// The first needed setting that has no value.
    static func missing(in file: DefinitionFile, of type: String) -> String? {
        func has(_ name: String) -> Bool { !(file[name]?.value ?? "").isEmpty }
        let needed: [String]
        switch type {
        case "mysql", "pgsql": needed = ["dbname"]
        case "sqlite": needed = ["dbpath"]
        case "ldap": needed = ["search_base"]
        default: return nil
        }
        if let name = needed.first(where: { !has($0) }) {
            // An option file may name the database too.
            if name == "dbname", has("option_file") { return nil }
            return name
        }
        guard type != "ldap", !has("query"), !(type == "pgsql" && has("select_function")) else { return nil }
        // The older way to write a query.
        let older = ["table", "select_field", "where_field"]
        return older.contains(where: has) ? older.first { !has($0) } : "query"
    }

    /// The settings that a definition of this type does not have.
    static func unknown(in file: DefinitionFile, _ known: Set<String>) -> [DefinitionFile.Setting] {
        known.isEmpty ? [] : file.settings.filter { !known.contains($0.name) }
    }

    private static func withoutSecrets(_ text: String, _ file: DefinitionFile?) -> String {
        let secrets =
            file?.settings.filter { Secrets.isSecret($0.name) && !$0.value.isEmpty }.map(\.value) ?? []
        return secrets.reduce(Secrets.withoutUserInfo(text)) { $0.replacing($1, with: Secrets.hidden) }
    }
}
