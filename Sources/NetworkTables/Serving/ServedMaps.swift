import Logging
import LookupTables
import PostfixConfig

/// The maps that others may ask for, by name: `lookup_service_maps`. There is no other way to any map.
public struct ServedMaps: Sendable {
    private var maps: [String: TableList] = [:]

    var names: [String] { maps.keys.sorted() }

    init(_ maps: [String: TableList]) { self.maps = maps }

    /// - Throws: ``LookupServiceMistake`` where an element makes no sense. A map that cannot be opened is served
    ///   as one whose lookups fail, until its definition has been put right.
    public init(
        _ configuration: Configuration, opener: TableOpener, logger: Logger
    ) throws(LookupServiceMistake) {
        // Nobody asks: then nothing has to be right.
        guard !configuration[.lookupService].isEmpty else { return }
        for element in configuration[.lookupServiceMaps] {
            guard let equals = element.firstIndex(of: "=") else {
                try add(parameter: element, configuration, opener, logger)
                continue
            }
            var (name, tables) = (element[..<equals], element[element.index(after: equals)...])
            if name.hasPrefix("{"), tables.hasSuffix("}") {
                (name, tables) = (name.dropFirst(), tables.dropLast())
            }
            let words = ListSyntax.split(name)
            guard words.count == 1, let word = words.first, !word.contains(":"), !word.contains("{") else {
                throw Self.mistake(element, "a name has no blanks, colons or braces")
            }
            let specifications = ListSyntax.split(tables)
            if let wrong = specifications.first(where: { !Self.isTable($0) }) {
                throw Self.mistake(element, "expecting \"type:name\" form instead of \"\(wrong)\"")
            }
            guard !specifications.isEmpty else {
                throw Self.mistake(element, "there is no table right of \"=\"")
            }
            try add(word, TableList(parameter: word, tables: specifications.map(opener.open)))
        }
    }

    private mutating func add(
        parameter: String, _ configuration: Configuration, _ opener: TableOpener, _ logger: Logger
    ) throws(LookupServiceMistake) {
        guard let value = configuration.value(named: parameter) else {
            throw Self.mistake(
                parameter, "there is no parameter of this name; a map of your own is name=type:table")
        }
        let specifications = ListSyntax.split(value)
        // Whoever asked for such a name would be told that it is not there.
        if let wrong = specifications.first(where: { !Self.isTable($0) }) {
            logger.warning(
                "lookup_service_maps: \(parameter) is not served, because \"\(wrong)\" in its value is no table"
            )
            return
        }
        try add(parameter, opener.list(parameter, of: specifications))
    }

    private mutating func add(_ name: String, _ list: TableList) throws(LookupServiceMistake) {
        guard maps.updateValue(list, forKey: name) == nil else {
            throw Self.mistake(name, "this name is there twice")
        }
    }

    subscript(name: String) -> TableList? { maps[name] }

    private static func isTable(_ word: String) -> Bool {
        guard let colon = word.firstIndex(of: ":") else { return false }
        return colon != word.startIndex && !word.hasPrefix("/") && !word.hasPrefix("!")
    }

    private static func mistake(_ element: String, _ words: String) -> LookupServiceMistake {
        LookupServiceMistake("lookup_service_maps: \(element): \(words)")
    }
}
