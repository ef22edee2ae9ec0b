import PostfixConfig

/// `randmap:{a, b}`, `unionmap:{type:name, …}`, `pipemap:{type:name, …}`: what stands between the braces.
enum BracedList {
    /// - Parameter element: what an element is called in the message, `type:name`.
    static func elements(
        of name: String, type: String, element: String
    ) throws(TableError) -> [String] {
        let mistake = TableError("bad syntax: \"\(type):\(name)\"; need \"\(type):{\(element)...}\"")
        guard name.hasPrefix("{"), let inside = try? Braces.inside(name) else { throw mistake }
        let elements = ListSyntax.split(inside)
        guard !elements.isEmpty else { throw mistake }
        return elements
    }

    /// Opens the tables that are named.
    static func tables(
        of name: String, type: String, opener: TableOpener
    ) throws(TableError) -> [any LookupTable] {
        let names = try elements(of: name, type: type, element: "type:name")
        var tables: [any LookupTable] = []
        for specification in names {
            guard specification.utf8.contains(UInt8(ascii: ":")) else {
                throw TableError("bad syntax: \"\(type):\(name)\"; need \"\(type):{type:name...}\"")
            }
            tables.append(try opener.openOrFail(specification))
        }
        return tables
    }
}

extension [any LookupTable] {
    /// The first table decides for all of them, as in Postfix: where it has fixed strings, parts of an address are
    /// asked, and the key is folded before any of the tables sees it.
    var combinedKeys: LookupKeys { first?.keys ?? .whole }

    func combined(_ key: String, _ folding: KeyFolding) -> String {
        combinedKeys == .fixed ? folding.fold(key) : key
    }
}
