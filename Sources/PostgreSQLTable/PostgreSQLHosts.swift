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

        var host = name
        var port: UInt16?
        if name.hasPrefix("["), let bracket = name.firstIndex(of: "]") {
            host = name[name.index(after: name.startIndex)..<bracket]
            port = try self.port(name[name.index(after: bracket)...], of: word)
        } else if let colon = name.firstIndex(of: ":"), name[colon...].filter({ $0 == ":" }).count == 1 {
            host = name[..<colon]
            port = try self.port(name[colon...], of: word)
        }
        guard !host.isEmpty else { throw TableError("hosts: \"\(word)\" names no host") }
        return DatabaseHost(.inet(name: String(host), port: port), description: word)
    }

    /// - Parameter text: `:port`, or nothing.
    private static func port(_ text: Substring, of word: String) throws(TableError) -> UInt16? {
        guard !text.isEmpty else { return nil }
        guard text.hasPrefix(":"), let port = UInt16(text.dropFirst()), port > 0 else {
            throw TableError("hosts: \"\(word)\" has no port number from 1 to 65535 after the colon")
        }
        return port
    }
}
