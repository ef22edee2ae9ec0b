import Foundation
import Logging
import LookupTables
import MySQLTable
import Peers
import PostfixConfig
import PostgreSQLTable
import Testing

/// The maps that well-known administration programs have for Postfix, on their tables: Postfix's `postmap` and
/// Martlet give the same answer for every key.
@Suite struct DocumentedMapsTests {
    @Test(arguments: ["postfixadmin", "mailcow", "modoboa"])
    func mysqlMapsAnswerAsInPostfix(program: String) async throws {
        let fixture = try MapsFixture("\(program)-mysql")
        let server = try await MariaDBServer.shared()
        let database = try await server.makeDatabase()
        try await server.sql(fixture.database, database: database)
        try await compare(
            fixture, type: "mysql", hosts: "unix:\(server.socket)", database: database)
    }

    @Test(arguments: ["postfixadmin", "modoboa"])
    func pgsqlMapsAnswerAsInPostfix(program: String) async throws {
        let fixture = try MapsFixture("\(program)-pgsql")
        let server = try await PostgreSQLServer.shared()
        let database = try await server.makeDatabase()
        try await server.sql("SET ROLE \(database);\n" + fixture.database, database: database)
        try await compare(fixture, type: "pgsql", hosts: "unix:\(server.socketDirectory)", database: database)
    }

    private func compare(_ fixture: MapsFixture, type: String, hosts: String, database: String) async throws {
        let directory = try TemporaryDirectory("maps")
        let real = try RealPostmap()
        let pools = DatabasePools()
        defer { pools.close() }
        let opener = TableOpener(
            configuration: try Configuration(directory: directory.path, values: [:]),
            drivers: [MySQLDriver(pools: pools), PostgreSQLDriver(pools: pools)],
            logger: Logger(label: "postmap") { _ in SwiftLogNoOpLogHandler() })
        #expect(fixture.maps.count >= 10)
        for (name, text) in fixture.maps {
            let path = try directory.write(
                name,
                """
                user = \(database)
                password = \(database)
                hosts = \(hosts)
                dbname = \(database)
                \(text)
                """)
            try RealPostmap.age(path)
            let expected = try await real.ask(fixture.keys, of: "\(type):\(path)")
            let table = try opener.openOrFail("\(type):\(path)")
            for key in fixture.keys {
                let answer = try await table.lookup(key).map { RealPostmap.Outcome.found(ExactKey($0)) }
                #expect(answer ?? .notFound == expected[ExactKey(key)], "\(name): \(key)")
            }
            // Each map knows something, and not everything.
            #expect(expected.values.contains { $0 != .notFound && $0 != .failed }, "\(name)")
            #expect(expected.values.contains(.notFound) || name.contains("sender"), "\(name)")
        }
    }
}

/// One file of `Fixtures`: sections that `== name` begins, of which `database` and `keys` are no maps.
private struct MapsFixture {
    private(set) var database = ""
    private(set) var keys: [String] = []
    private(set) var maps: [(name: String, text: String)] = []

    init(_ name: String) throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/\(name).txt")
        let text = try String(contentsOf: path, encoding: .utf8)
        for section in ("\n" + text).components(separatedBy: "\n== ").dropFirst() {
            let end = try #require(section.firstIndex(of: "\n"))
            let (title, body) = (String(section[..<end]), String(section[end...].dropFirst()))
            switch title {
            case "database": database = body
            case "keys": keys = body.split(separator: "\n").map(String.init)
            default: maps.append((title, body + "\n"))
            }
        }
    }
}
