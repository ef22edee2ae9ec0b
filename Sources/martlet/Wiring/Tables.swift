import LDAPTable
import Logging
import LookupTables
import MongoDBTable
import MySQLTable
import NetworkTables
import PostfixConfig
import PostgreSQLTable
import SQLiteTable

/// The one place that knows every kind of map.
enum Tables {
    /// The kinds of map that this program has, by name.
    static var types: [String] { TableOpener.types(with: drivers(DatabasePools())) }

    /// The program's connections to servers of lookups; they close when they are idle.
    private static let servers = NetworkServers()

    private static func drivers(_ pools: DatabasePools) -> [any TableDriver] {
        [
            MySQLDriver(pools: pools),
            PostgreSQLDriver(pools: pools),
            SQLiteDriver(pools: pools),
            LDAPDriver(pools: pools),
            MongoDBDriver(pools: pools),
            TCPTableDriver(servers: servers),
            SocketmapDriver(servers: servers),
            MemcacheDriver(servers: servers),
            UnixDriver(),
        ]
    }

    /// - Parameters:
    ///   - pools: the program's connections; keep them when the configuration is read again.
    ///   - memory: answers that are remembered; keep it too. None are without it.
    ///   - further: kinds that one command alone has.
    ///   - logger: for warnings about definitions and servers, under the name of the program that asks.
    static func opener(
        _ configuration: Configuration, pools: DatabasePools = DatabasePools(),
        memory: AnswerMemory? = nil, folding: KeyFolding = .lowercase,
        further: [any TableDriver] = [], logger: Logger
    ) -> TableOpener {
        TableOpener(
            configuration: configuration, drivers: drivers(pools) + further, folding: folding, memory: memory,
            logger: logger)
    }
}
