import Logging
import Synchronization

/// The pools of the program, one a database, however many maps name it and however often they are opened.
public final class DatabasePools: Sendable {
    private let pools = Mutex<[DatabaseKey: SQLPool]>([:])
    /// The connections of kinds that are no SQL.
    package let others = SharedServers()

    public init() {}

    package func pool(for connector: any SQLConnector, settings: PoolSettings, logger: Logger) -> SQLPool {
        pools.withLock { pools in
            let key = DatabaseKey(connector)
            if let pool = pools[key] {
                pool.tighten(settings)
                return pool
            }
            let pool = SQLPool(connector, settings: settings, logger: logger)
            pools[key] = pool
            return pool
        }
    }

    /// Ends all connections. Lookups that come later fail.
    public func close() {
        for pool in pools.withLock({ Array($0.values) }) { pool.close() }
        others.close()
    }
}

/// A connector as a dictionary's key.
private struct DatabaseKey: Hashable, Sendable {
    let connector: any SQLConnector

    init(_ connector: any SQLConnector) {
        self.connector = connector
    }

    static func == (a: Self, b: Self) -> Bool { AnyHashable(a.connector) == AnyHashable(b.connector) }

    func hash(into hasher: inout Hasher) { connector.hash(into: &hasher) }
}
