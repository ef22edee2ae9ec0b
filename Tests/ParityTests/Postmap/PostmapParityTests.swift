import Foundation
import Logging
import LookupTables
import MySQLTable
import Peers
import PostfixConfig
import SQLiteTable
import Testing

/// The same questions to Postfix's `postmap -q` and to Martlet's tables.
@Suite struct PostmapParityTests {
    private static let definitions = 45
    private static let keys = 25

    @Test func sqliteMapsAnswerAsPostfixDoes() async throws {
        var maps = GeneratedMaps(generator: SeededGenerator(announcing: "sqlite parity"), dialect: .sqlite)
        let directory = try TemporaryDirectory("parity")
        let keys = maps.keys(60)
        let database = directory.appending("db")
        var sql = "CREATE TABLE t (k TEXT, v TEXT, w TEXT);\n"
        for row in maps.rows(for: keys) {
            sql +=
                "INSERT INTO t VALUES (\(Self.sqlite(row.key)), \(Self.sqlite(row.v)), \(Self.sqlite(row.w)));\n"
        }
        try SQLiteScript.run(sql, path: database)
        try await compare(&maps, type: "sqlite", keys: keys, place: "dbpath = \(database)\n", directory)
    }

    @Test func mysqlMapsAnswerAsPostfixDoes() async throws {
        var maps = GeneratedMaps(generator: SeededGenerator(announcing: "mysql parity"), dialect: .mysql)
        let directory = try TemporaryDirectory("parity")
        let keys = maps.keys(60)
        let server = try await MariaDBServer.shared()
        let database = try await server.makeDatabase()
        var sql = "CREATE TABLE t (k VARCHAR(190), v VARCHAR(190), w VARCHAR(190));\n"
        for row in maps.rows(for: keys) {
            sql +=
                "INSERT INTO t VALUES (\(Self.mysql(row.key)), \(Self.mysql(row.v)), \(Self.mysql(row.w)));\n"
        }
        try await server.sql(sql, database: database)
        let place = """
            hosts = unix:\(server.socket)
            user = \(database)
            password = \(database)
            dbname = \(database)

            """
        try await compare(&maps, type: "mysql", keys: keys, place: place, directory)
    }

    private func compare(
        _ maps: inout GeneratedMaps, type: String, keys: [String], place: String,
        _ directory: TemporaryDirectory
    ) async throws {
        let real = try RealPostmap()
        let pools = DatabasePools()
        defer { pools.close() }
        let opener = TableOpener(
            configuration: try Configuration(directory: directory.path, values: [:]),
            drivers: [MySQLDriver(pools: pools), SQLiteDriver(pools: pools)],
            logger: Logger(label: "postmap") { _ in SwiftLogNoOpLogHandler() })
        var asked = 0
        for number in 0..<Self.definitions {
            let definition = maps.definition()
            let path = try directory.write("\(number).cf", place + definition)
            try RealPostmap.age(path)
            let keys = Array(keys.shuffled(using: &maps.generator).prefix(Self.keys))
            let expected = try await Blocking.run { try real.ask(keys, of: "\(type):\(path)") }
            let table = try opener.openOrFail("\(type):\(path)")
            let answers = await withTaskGroup(of: (String, RealPostmap.Outcome).self) { group in
                for key in keys {
                    group.addTask {
                        do {
                            return (key, try await table.lookup(key).map { .found($0) } ?? .notFound)
                        } catch {
                            return (key, .failed)
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for key in keys {
                asked += 1
                #expect(answers[key] == expected[key], "\(definition)key: \(key)")
            }
        }
        #expect(asked >= 1000)
    }

    /// Everything that has case, and what stands near it: Postfix folds with ICU.
    @Test func keysAreFoldedAsPostfixDoes() async throws {
        let directory = try TemporaryDirectory("folding")
        try SQLiteScript.run("CREATE TABLE t (k TEXT);", path: directory.appending("db"))
        let path = try directory.write("m.cf", "dbpath = \(directory.appending("db"))\nquery = SELECT '%s'\n")
        try RealPostmap.age(path)
        // Letters that are younger than the Unicode of Postfix's library are left out.
        let keys = (0x21...0x1FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
            .filter { ($0.properties.age?.major ?? 99) < 14 }
            .filter {
                $0.properties.isCased && $0.properties.changesWhenCaseMapped
                    || $0.value < 0x250 && $0.value != 0x7F
            }
            .map { "x" + String($0) + "x" }
        let real = try RealPostmap()
        let expected = try await Blocking.run { try real.ask(keys, of: "sqlite:\(path)") }
        for key in keys {
            #expect(
                expected[key] == .found(KeyFolding.lowercase.fold(key)), "\(key.unicodeScalars.map(\.value))")
        }
        #expect(keys.count > 1000)
    }

    private static func sqlite(_ text: String?) -> String {
        text.map { "'" + $0.replacingOccurrences(of: "'", with: "''") + "'" } ?? "NULL"
    }

    private static func mysql(_ text: String?) -> String {
        text.map {
            "'" + $0.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "'", with: "''")
                + "'"
        }
            ?? "NULL"
    }
}
