import LookupTables

/// Opens `sqlite:` tables: sqlite_table(5).
public struct SQLiteDriver: TableDriver {
    private let pools: DatabasePools

    public init(pools: DatabasePools) {
        self.pools = pools
    }

    public var type: String { "sqlite" }

    public func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        let settings = try TableSettings(
            type: type, name: name, known: SQLSettings.names.union(["dbpath"]), opener: opener)
        let connector = SQLiteConnector(path: try settings.required("dbpath"))
        let shared = try SQLSettings(settings, opener: opener)
        var limits = PoolSettings()
        // Reading costs no round trip: a second thread is there for when the first has a slow statement.
        limits.size = 2
        return SQLTable(shared, pool: pools.pool(for: connector, settings: limits, logger: opener.logger))
    }
}

/// A database file.
struct SQLiteConnector: SQLConnector {
    let path: String

    var hosts: [DatabaseHost] { [DatabaseHost(.unix(path: path), description: path)] }

    func connect(to host: DatabaseHost) throws(ConnectionLoss) -> any SQLConnection {
        try SQLiteConnection(path: path)
    }
}
