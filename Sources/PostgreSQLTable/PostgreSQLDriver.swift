import Logging
import LookupTables

/// Opens `pgsql:` tables: pgsql_table(5).
public struct PostgreSQLDriver: TableDriver {
    private let pools: DatabasePools
    /// Nil is what main.cf says.
    private let limits: PoolSettings?
    private let timeouts: PostgreSQLConnector.Timeouts

    /// - Parameter pools: keeps the connections, also when the configuration is read again.
    public init(pools: DatabasePools) {
        self.init(pools: pools, limits: nil)
    }

    init(
        pools: DatabasePools, limits: PoolSettings?,
        timeouts: PostgreSQLConnector.Timeouts = PostgreSQLConnector.Timeouts()
    ) {
        self.pools = pools
        self.limits = limits
        self.timeouts = timeouts
    }

    public var type: String { "pgsql" }
    public var settingNames: Set<String>? { Self.names }

    private static let names: Set<String> = SQLSettings.names.union([
        "hosts", "user", "password", "dbname", "encoding", "idle_interval", "retry_interval",
        "select_function",
    ])

    public func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        let settings = try TableSettings(type: type, name: name, known: Self.names, opener: opener)
        let connector = try PostgreSQLConnector(settings, timeouts: timeouts)
        // pgsql_table(5), "OBSOLETE QUERY INTERFACES".
        let function = settings.text("select_function").flatMap { $0.isEmpty ? nil : "SELECT \($0)('%s')" }
        let shared = try SQLSettings(
            settings, dialect: .postgresql, olderQuery: function, opener: opener)
        var limits = limits ?? PoolSettings(opener.configuration)
        limits.idle = try settings.seconds("idle_interval", default: 60)
        limits.retry = try settings.seconds("retry_interval", default: 60)
        let pool = pools.pool(for: connector, settings: limits, logger: opener.logger)
        let table = SQLTable(shared, pool: pool)
        if !LiteralContexts(of: table.query).areAllLiterals {
            opener.logger.warning(
                "\(table.name): query: a key that does not stand between '…' may change the statement")
        }
        return table
    }
}
