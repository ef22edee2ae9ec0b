import LookupTables
import PostfixConfig

/// `memcache:`.
public struct MemcacheDriver: TableDriver {
    private let servers: NetworkServers

    public init(servers: NetworkServers) {
        self.servers = servers
    }

    public var type: String { "memcache" }
    public var settingNames: Set<String>? { MemcacheSettings.names }

    public func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        let source = try TableSettings(
            type: type, name: name, known: MemcacheSettings.names, opener: opener)
        let settings = try MemcacheSettings(source, opener: opener)
        let address = try ServerAddress(
            service: try source.text("memcache", default: "inet:localhost:11211"),
            directory: opener.configuration[.queueDirectory])
        var wire = MemcacheWire()
        wire.longestLine = settings.lineSizeLimit
        wire.longestData = settings.dataSizeLimit
        var limits = ServerLimits()
        limits.silence = settings.timeout
        limits.connect = settings.timeout
        limits.connections = 2
        limits.idle = .seconds(60)
        return MemcacheTable(
            name: "memcache:\(name)", address: address,
            pool: servers.pool(at: address, wire: wire, limits: limits), settings: settings,
            folding: opener.folding, logger: opener.logger)
    }
}

/// What a definition of memcache_table(5) says, save for the server.
struct MemcacheSettings: Sendable {
    static let names: Set<String> = [
        "memcache", "backup", "flags", "ttl", "key_format", "domain", "data_size_limit", "line_size_limit",
        "max_try", "retry_pause", "timeout",
    ]

    let backup: (any LookupTable)?
    let keyFormat: KeyFormat
    let flags: Int
    let ttl: Int
    let dataSizeLimit: Int
    let lineSizeLimit: Int
    let tries: Int
    let pause: Duration
    let timeout: Duration

    init(_ settings: TableSettings, opener: TableOpener) throws(TableError) {
        func number(_ name: String, default value: Int, from least: Int) throws(TableError) -> Int {
            let number = try settings.number(name, default: value)
            guard number >= least else {
                throw settings.mistake("must be at least \(least)", name, "\(number)")
            }
            return number
        }
        flags = try number("flags", default: 0, from: 0)
        ttl = try number("ttl", default: 3600, from: 0)
        tries = try number("max_try", default: 2, from: 1)
        pause = .seconds(try number("retry_pause", default: 1, from: 1))
        dataSizeLimit = try number("data_size_limit", default: 10_240, from: 1)
        lineSizeLimit = try number("line_size_limit", default: 1024, from: 1)
        timeout = .seconds(try number("timeout", default: 2, from: 1))
        let backup = settings.text("backup") ?? ""
        self.backup = backup.isEmpty ? nil : try opener.openOrFail(backup)
        keyFormat = try KeyFormat(settings, opener: opener)
    }
}
