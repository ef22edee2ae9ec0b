import Logging
import LookupTables

/// Opens `mysql:` tables: mysql_table(5).
public struct MySQLDriver: TableDriver {
    private let pools: DatabasePools
    /// Nil is what main.cf says.
    private let limits: PoolSettings?

    /// - Parameter pools: keeps the connections, also when the configuration is read again.
    public init(pools: DatabasePools) {
        self.init(pools: pools, limits: nil)
    }

    package init(pools: DatabasePools, limits: PoolSettings?) {
        self.pools = pools
        self.limits = limits
    }

    public var type: String { "mysql" }
    public var settingNames: Set<String>? { Self.names }

    static let names: Set<String> = SQLSettings.names.union([
        "hosts", "user", "password", "dbname", "charset", "idle_interval", "retry_interval",
        "require_result_set",
        "option_file", "option_group", "tls_cert_file", "tls_key_file", "tls_CAfile", "tls_CApath",
        "tls_ciphers",
        "tls_verify_cert",
    ])

    public func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        let settings = try TableSettings(type: type, name: name, known: Self.names, opener: opener)
        let connector = try MySQLConnector(settings)
        let shared = try SQLSettings(
            settings, requiresResultSet: try settings.flag("require_result_set", default: true),
            dialect: .mysql, opener: opener)
        var limits = limits ?? PoolSettings(opener.configuration)
        limits.idle = try settings.seconds("idle_interval", default: 60)
        limits.retry = try settings.seconds("retry_interval", default: 60)
        let pool = pools.pool(for: connector, settings: limits, logger: opener.logger)
        return SQLTable(shared, pool: pool)
    }
}
