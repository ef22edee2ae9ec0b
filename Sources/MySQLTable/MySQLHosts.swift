import LookupTables

/// The `hosts` setting: `unix:/path`, `inet:host:port`, `host:port`, between commas or white space.
enum MySQLHosts {
    static func read(_ text: String) throws(TableError) -> [DatabaseHost] {
        let words = text.split { $0 == "," || $0.isWhitespace }.map(String.init)
        var hosts: [DatabaseHost] = []
        for word in words.isEmpty ? ["localhost"] : words {
            hosts.append(try host(word))
        }
        return hosts
    }

    private static func host(_ word: String) throws(TableError) -> DatabaseHost {
        if word.hasPrefix("unix:") {
            return DatabaseHost(.unix(path: String(word.dropFirst("unix:".count))), description: word)
        }
        let name = word.hasPrefix("inet:") ? word.dropFirst("inet:".count) : word[...]
        // The client library takes `localhost` for the socket of this machine: mysql_table(5).
        if name == "localhost" { return DatabaseHost(.unix(path: nil), description: word) }

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
        if host == "localhost" { return DatabaseHost(.unix(path: nil), description: word) }
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
