import LookupTables

/// `tcp:host:port`: tcp_table(5).
struct TCPTable: LookupTable {
    let name: String
    let address: ServerAddress
    let pool: ServerPool<TCPTableWire>

    var keys: LookupKeys { .whole }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        // Where Postfix's C ends, nobody's address goes on.
        guard !key.utf8.contains(0) else { return nil }
        var request = Array("get ".utf8)
        PercentEncoding.append(key.utf8, to: &request)
        request.append(UInt8(ascii: "\n"))
        switch try await pool.ask(request, of: self, at: address, observer: observer) {
        case .found(let value): return try text(value, for: key)
        case .absent: return nil
        case .failed(let words):
            let shown = words.isEmpty ? "" : ": \(WireViolation.shown(words))"
            throw LookupFailure(
                table: name, cause: .unavailable, reason: "\(address): the server could not tell\(shown)")
        }
    }
}

/// `tcp:`.
public struct TCPTableDriver: TableDriver {
    private let servers: NetworkServers
    private let limits: ServerLimits

    public init(servers: NetworkServers) {
        self.init(servers: servers, limits: Self.limits)
    }

    package init(servers: NetworkServers, limits: ServerLimits) {
        self.servers = servers
        self.limits = limits
    }

    /// Postfix never hangs up, and servers such as postsrsd wait for half an hour.
    package static var limits: ServerLimits {
        var limits = ServerLimits()
        limits.idle = .seconds(60)
        return limits
    }

    public var type: String { "tcp" }

    public func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        let address = try ServerAddress(hostAndPort: name)
        return TCPTable(
            name: "tcp:\(name)", address: address,
            pool: servers.pool(at: address, wire: TCPTableWire(), limits: limits))
    }
}
