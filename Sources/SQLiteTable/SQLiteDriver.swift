import LookupTables

/// Opens `sqlite:` tables: sqlite_table(5).
public struct SQLiteDriver: TableDriver {
    private let pools: DatabasePools
    private let timeouts: SQLiteConnector.Timeouts

    public init(pools: DatabasePools) {
        self.init(pools: pools, timeouts: SQLiteConnector.Timeouts())
    }

    init(pools: DatabasePools, timeouts: SQLiteConnector.Timeouts) {
        self.pools = pools
        self.timeouts = timeouts
    }

    public var type: String { "sqlite" }
    public var settingNames: Set<String>? { SQLSettings.names.union(["dbpath"]) }

    public func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        let settings = try TableSettings(
            type: type, name: name, known: SQLSettings.names.union(["dbpath"]), opener: opener)
        let connector = SQLiteConnector(path: try settings.required("dbpath"), timeouts: timeouts)
        // SQLite reads MySQL's marks round names, and "…" may be a text in it.
        let shared = try SQLSettings(settings, dialect: .mysql, opener: opener)
        var limits = PoolSettings()
        // Reading costs no round trip: a second thread is there for when the first has a slow statement.
        limits.size = 2
        // There is no other host, and a lock may end at any moment.
        limits.retry = limits.soonRetry
        return SQLTable(shared, pool: pools.pool(for: connector, settings: limits, logger: opener.logger))
    }
}

/// A database file.
struct SQLiteConnector: SQLConnector {
    let path: String
    let timeouts: Timeouts

    struct Timeouts: Hashable, Sendable {
        /// How long a lookup waits for a writer that has locked the database, in seconds.
        var lock = 5.0
        /// How long a statement may run.
        var statement: Duration = .seconds(20)
    }

    var hosts: [DatabaseHost] { [DatabaseHost(.unix(path: path), description: path)] }

    func connect(to host: DatabaseHost) throws(ConnectionLoss) -> any SQLConnection {
        try SQLiteConnection(path: path, timeouts: timeouts)
    }
}
