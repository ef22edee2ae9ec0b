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

        let host = try DatabaseHost(inet: name, description: word)
        if case .inet("localhost", _) = host.place { return DatabaseHost(.unix(path: nil), description: word) }
        return host
    }
}
