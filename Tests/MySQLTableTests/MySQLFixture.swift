import Foundation
import Logging
import LookupTables
import Peers
import PostfixConfig

@testable import MySQLTable

/// A database on a private server, and maps that ask it.
struct MySQLFixture {
    let servers: [MariaDBServer]
    let database: String
    let directory: TemporaryDirectory
    let pools = DatabasePools()
    let opener: TableOpener
    let log = LogRecorder()

    /// - Parameter servers: the same database with the same rows is made on each.
    init(servers: [MariaDBServer], limits: PoolSettings = .unhurried) async throws {
        self.servers = servers
        database = try await servers[0].makeDatabase()
        for server in servers.dropFirst() {
            try await server.sql(
                """
                CREATE DATABASE \(database) CHARACTER SET utf8mb4;
                CREATE USER '\(database)'@'%' IDENTIFIED BY '\(database)', '\(database)'@'localhost' IDENTIFIED BY '\(database)';
                GRANT ALL ON \(database).* TO '\(database)'@'%', '\(database)'@'localhost';
                """)
        }
        directory = try TemporaryDirectory("my")
        opener = TableOpener(
            configuration: try Configuration(
                directory: directory.path, values: [:]),
            drivers: [MySQLDriver(pools: pools, limits: limits)],
            logger: log.logger("test"))
        for server in servers {
            try await server.sql(
                "CREATE TABLE t (k VARCHAR(190) PRIMARY KEY, v VARCHAR(190));"
                    + "INSERT INTO t SELECT concat('k', seq), concat('v', seq) FROM seq_1_to_1000;",
                database: database)
        }
    }

    /// A map with these settings beside those of the database.
    func table(
        _ settings: String = "query = SELECT v FROM t WHERE k = '%s'", hosts: String? = nil
    ) throws -> any LookupTable {
        let hosts = hosts ?? servers.map { "unix:\($0.socket)" }.joined(separator: " ")
        let path = try directory.write(
            "\(UUID().uuidString).cf",
            """
            hosts = \(hosts)
            user = \(database)
            password = \(database)
            dbname = \(database)
            \(settings)

            """)
        return try opener.openOrFail("mysql:\(path)")
    }

    /// How the map's pool connects.
    func connector(of map: SQLTable) throws -> MySQLConnector {
        try MySQLConnector(
            TableSettings(
                type: "mysql", name: String(map.name.dropFirst("mysql:".count)), known: MySQLDriver.names,
                opener: opener))
    }

    /// A connection as the map's pool would open it.
    func connection(of map: SQLTable) throws -> MySQLConnection {
        let connector = try connector(of: map)
        return try MySQLConnection(connector, host: connector.hosts[0])
    }

    /// Connections that the server counts for this database's user.
    func connections(_ server: Int = 0) async throws -> Int {
        let text = try await servers[server].sql(
            "SELECT count(*) FROM information_schema.processlist WHERE user = '\(database)'")
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
    }

    func kill(_ server: Int = 0) async throws {
        let ids = try await servers[server].sql(
            "SELECT id FROM information_schema.processlist WHERE user = '\(database)'")
        for id in ids.split(separator: "\n") {
            _ = try? await servers[server].sql("KILL \(id)")
        }
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
