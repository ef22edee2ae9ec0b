import LookupTables

/// The `hosts` setting: `unix:/directory`, `inet:host:port`, `host:port`, `postgresql://…`, between commas or white
/// space.
enum PostgreSQLHosts {
    static let defaultPort: UInt16 = 5432

    struct Place: Hashable, Sendable {
        let host: DatabaseHost
        var uri: ConnectionURI?
    }

    static func read(_ text: String) throws(TableError) -> [Place] {
        let words = text.split { $0 == "," || $0.isWhitespace }.map(String.init)
        var places: [Place] = []
        for word in words.isEmpty ? ["localhost"] : words {
            if ConnectionURI.isOne(word) {
                let uri = try ConnectionURI(word)
                places.append(Place(host: uri.host, uri: uri))
            } else {
                places.append(Place(host: try host(word)))
            }
        }
        return places
    }

    /// The prefixes mean nothing: what begins with `/` is the directory of a socket (pgsql_table(5)).
    private static func host(_ word: String) throws(TableError) -> DatabaseHost {
        let name =
            ["unix:", "inet:"].first(where: word.hasPrefix).map { word.dropFirst($0.count) } ?? word[...]
        if name.hasPrefix("/") { return DatabaseHost(.unix(path: String(name)), description: word) }

        return try DatabaseHost(inet: name, description: word)
    }
}
