import LookupTables

/// Opens `sqlite:` tables: sqlite_table(5).
public struct SQLiteDriver: TableDriver {
    private let pools: DatabasePools
    private let patience: Double

    public init(pools: DatabasePools) {
        self.init(pools: pools, patience: 5)
    }

    /// - Parameter patience: how long a lookup waits for a writer that has locked the database, in seconds.
    init(pools: DatabasePools, patience: Double) {
        self.pools = pools
        self.patience = patience
    }

    public var type: String { "sqlite" }

    public func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        let settings = try TableSettings(
            type: type, name: name, known: SQLSettings.names.union(["dbpath"]), opener: opener)
        let connector = SQLiteConnector(path: try settings.required("dbpath"), patience: patience)
        let shared = try SQLSettings(settings, opener: opener)
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
    let patience: Double

    var hosts: [DatabaseHost] { [DatabaseHost(.unix(path: path), description: path)] }

    func connect(to host: DatabaseHost) throws(ConnectionLoss) -> any SQLConnection {
        try SQLiteConnection(path: path, patience: patience)
    }
}
