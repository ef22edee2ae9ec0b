import Foundation
import LookupTables
import Peers
import PostfixConfig

@testable import PostgreSQLTable

/// A database on a private server, and maps that ask it.
struct PostgreSQLFixture {
    let servers: [PostgreSQLServer]
    let database: String
    let directory: TemporaryDirectory
    let pools = DatabasePools()
    let opener: TableOpener
    let log = LogRecorder()

    /// - Parameter servers: the same database with the same rows is made on each.
    init(
        servers: [PostgreSQLServer], limits: PoolSettings = .unhurried,
        timeouts: PostgreSQLConnector.Timeouts = .unhurried
    ) async throws {
        self.servers = servers
        database = try await servers[0].makeDatabase()
        for server in servers.dropFirst() {
            try await server.sql(
                """
                CREATE ROLE \(database) LOGIN PASSWORD '\(database)';
                CREATE DATABASE \(database) OWNER \(database) TEMPLATE template0;
                """)
        }
        directory = try TemporaryDirectory("pq")
        opener = TableOpener(
            configuration: try Configuration(directory: directory.path, values: [:]),
            drivers: [PostgreSQLDriver(pools: pools, limits: limits, timeouts: timeouts)],
            logger: log.logger("test"))
        for server in servers {
            try await server.sql(
                """
                SET ROLE \(database);
                CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT);
                INSERT INTO t SELECT 'k' || n, 'v' || n FROM generate_series(1, 1000) n;
                """, database: database)
        }
    }

    /// A map with these settings beside those of the database.
    func table(
        _ settings: String = "query = SELECT v FROM t WHERE k = '%s'", hosts: String? = nil
    ) throws -> any LookupTable {
        let hosts = hosts ?? servers.map { "unix:\($0.socketDirectory)" }.joined(separator: " ")
        let path = try directory.write(
            "\(UUID().uuidString).cf",
            """
            hosts = \(hosts)
            user = \(database)
            password = \(database)
            dbname = \(database)
            \(settings)

            """)
        return try opener.openOrFail("pgsql:\(path)")
    }

    /// Sessions that the server counts for this database.
    func connections(_ server: Int = 0) async throws -> Int {
        let text = try await servers[server].sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(database)'")
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
    }

    func kill(_ server: Int = 0) async throws {
        try await servers[server].sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database)'")
    }
}

extension PoolSettings {
    /// On a busy machine a lookup may take long, and that is not what a test is about.
    static var unhurried: PoolSettings {
        var settings = PoolSettings()
        settings.patience = .seconds(600)
        return settings
    }
}

extension PostgreSQLConnector.Timeouts {
    static var unhurried: Self { Self(connect: 120, statement: .seconds(600)) }
}

/// Lookups side by side, the outcomes in the keys' order.
func outcomes(
    _ table: any LookupTable, _ keys: [String]
) async -> [Result<String?, LookupFailure>] {
    await withTaskGroup(of: (Int, Result<String?, LookupFailure>).self) { group in
        for (index, key) in keys.enumerated() {
            group.addTask {
                do throws(LookupFailure) {
                    return (index, .success(try await table.lookup(key)))
                } catch {
                    return (index, .failure(error))
                }
            }
        }
        var results = [Result<String?, LookupFailure>](repeating: .success(nil), count: keys.count)
        for await (index, result) in group { results[index] = result }
        return results
    }
}
