import LookupTables
import PostfixConfig

/// `socketmap:inet:host:port:name`, `socketmap:unix:path:name`: socketmap_table(5).
struct SocketmapTable: LookupTable {
    let name: String
    /// How the server calls the map.
    let map: String
    let address: ServerAddress
    let pool: ServerPool<SocketmapWire>

    var keys: LookupKeys { .whole }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        // Where Postfix's C ends, nobody's address goes on.
        guard !key.utf8.contains(0) else { return nil }
        var request: [UInt8] = []
        Netstring.append([map.utf8, " ".utf8, key.utf8], to: &request)
        switch try await pool.ask(request, of: self, at: address, observer: observer) {
        case .found(let value): return try text(value, for: key)
        case .absent: return nil
        case .failed(let error, let words):
            let shown = words.isEmpty ? "" : ": \(WireViolation.shown(words, limit: 200))"
            throw LookupFailure(
                table: name, cause: error == "permanent" ? .configuration : .unavailable,
                reason: "socketmap server \(error) error\(shown)")
        }
    }
}

/// `socketmap:`.
public struct SocketmapDriver: TableDriver {
    private let servers: NetworkServers
    private let limits: ServerLimits

    public init(servers: NetworkServers) {
        self.init(servers: servers, limits: ServerLimits())
    }

    package init(servers: NetworkServers, limits: ServerLimits) {
        self.servers = servers
        self.limits = limits
    }

    public var type: String { "socketmap" }

    public func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        guard let colon = name.lastIndex(of: ":") else {
            throw TableError("socketmap requires server:socketmap argument")
        }
        let address = try ServerAddress(
            service: name[..<colon], directory: opener.configuration[.queueDirectory])
        return SocketmapTable(
            name: "socketmap:\(name)", map: String(name[name.index(after: colon)...]), address: address,
            pool: servers.pool(at: address, wire: SocketmapWire(), limits: limits))
    }
}
