import Foundation
import Logging
import LookupTables
import MySQLTable
import Peers
import PostfixConfig
import PostgreSQLTable
import SQLiteTable
import Testing

/// The same questions to Postfix's `postmap -q` and to Martlet's tables.
@Suite struct PostmapParityTests {
    private static let definitions = 72
    private static let keys = 70
    /// Definitions of which some or all keys fail, asked for few keys.
    private static let failingDefinitions = 16
    /// So many of the definitions are put to both programs as well.
    private static let programs = 18

    @Test func sqliteMapsAnswerAsPostfixDoes() async throws {
        var trial = try Trial(.sqlite)
        let database = trial.directory.appending("db")
        try SQLiteScript.run("CREATE TABLE t (k TEXT, v TEXT, w TEXT);\n" + trial.inserts, path: database)
        try await compare(&trial, place: "dbpath = \(database)\n")
    }

    @Test func mysqlMapsAnswerAsPostfixDoes() async throws {
        var trial = try Trial(.mysql)
        let server = try await MariaDBServer.shared()
        let database = try await server.makeDatabase()
        try await server.sql(
            "CREATE TABLE t (k VARCHAR(190), v VARCHAR(190), w VARCHAR(190));\n" + trial.inserts,
            database: database)
        let place = """
            hosts = unix:\(server.socket)
            user = \(database)
            password = \(database)
            dbname = \(database)

            """
        try await compare(&trial, place: place)
    }

    /// Postfix 3.7 speaks LATIN1 to the server, and has no setting for it.
    @Test func pgsqlMapsAnswerAsPostfixDoes() async throws {
        var trial = try Trial(.pgsql)
        let server = try await PostgreSQLServer.shared()
        let database = try await server.makeDatabase()
        let table = "SET ROLE \(database); CREATE TABLE t (k TEXT, v TEXT, w TEXT);\n"
        try await server.sql(table + trial.inserts, database: database, encoding: "LATIN1")
        let place = """
            hosts = unix:\(server.socketDirectory)
            user = \(database)
            password = \(database)
            dbname = \(database)
            encoding = LATIN1

            """
        try await compare(&trial, place: place)
    }

    /// What both sides are asked, and where.
    private struct Trial {
        let type: String
        let directory: TemporaryDirectory
        let real: RealPostmap
        var generator: SeededGenerator
        var maps: GeneratedMaps
        let keys: [String]
        let brokenKeys: [[UInt8]]
        /// Statements that fill `t`.
        let inserts: String

        init(_ dialect: GeneratedMaps.Dialect) throws {
            type = dialect.rawValue
            directory = try TemporaryDirectory("parity")
            real = try RealPostmap()
            generator = SeededGenerator(announcing: "\(type) parity")
            maps = GeneratedMaps(generator: SeededGenerator(seed: generator.next()), dialect: dialect)
            var source = GeneratedKeys(generator: SeededGenerator(seed: generator.next()))
            keys = source.keys(300)
            brokenKeys = source.brokenKeys(20)
            func literal(_ text: String?) -> String {
                guard let text else { return "NULL" }
                let escaped = dialect == .mysql ? text.replacingOccurrences(of: "\\", with: "\\\\") : text
                return "'" + escaped.replacingOccurrences(of: "'", with: "''") + "'"
            }
            inserts = maps.rows(for: keys)
                .map { "INSERT INTO t VALUES (\(literal($0.key)), \(literal($0.v)), \(literal($0.w)));\n" }
                .joined()
        }

        /// One map, and the keys that it is asked for.
        struct Case: Sendable {
            let map: String
            let definition: String
            let keys: [String]
            let isForPrograms: Bool
        }

        mutating func cases(place: String) throws -> [Case] {
            try (0..<(PostmapParityTests.definitions + PostmapParityTests.failingDefinitions)).map { number in
                let fails = number >= PostmapParityTests.definitions
                let definition = fails ? maps.failingDefinition() : maps.definition()
                let path = try directory.write("\(number).cf", place + definition)
                try RealPostmap.age(path)
                let count = fails ? 6 : PostmapParityTests.keys
                return Case(
                    map: "\(type):\(path)", definition: definition,
                    keys: Array(keys.shuffled(using: &generator).prefix(count)),
                    isForPrograms: number < PostmapParityTests.programs)
            }
        }
    }

    private func compare(_ trial: inout Trial, place: String) async throws {
        let pools = DatabasePools()
        defer { pools.close() }
        let opener = TableOpener(
            configuration: try Configuration(directory: trial.directory.path, values: [:]),
            drivers: [
                MySQLDriver(pools: pools), PostgreSQLDriver(pools: pools), SQLiteDriver(pools: pools),
            ],
            logger: Logger(label: "postmap") { _ in SwiftLogNoOpLogHandler() })
        let cases = try trial.cases(place: place)
        let (real, brokenKeys) = (trial.real, trial.brokenKeys)
        var outcomes: [RealPostmap.Outcome] = []
        try await withThrowingTaskGroup(of: [RealPostmap.Outcome].self) { group in
            for (number, one) in cases.enumerated() {
                if number >= 4, let some = try await group.next() { outcomes += some }
                group.addTask { try await Self.compare(one, opener, real, brokenKeys) }
            }
            for try await some in group { outcomes += some }
        }
        let (missed, failed) = (outcomes.count { $0 == .notFound }, outcomes.count { $0 == .failed })
        let found = outcomes.count - missed - failed
        print("\(trial.type): \(outcomes.count) cases: \(found) found, \(missed) not found, \(failed) failed")
        #expect(outcomes.count >= 5000)
        #expect(found >= 1000 && missed >= 500 && failed >= 20)
    }

    /// - Returns: the outcome of each key.
    private static func compare(
        _ one: Trial.Case, _ opener: TableOpener, _ real: RealPostmap, _ brokenKeys: [[UInt8]]
    ) async throws -> [RealPostmap.Outcome] {
        let table = try opener.openOrFail(one.map)
        let answers = await answers(of: table, to: one.keys)
        let failing = Set(answers.filter { $0.value == .failed }.keys)
        let expected = try await real.ask(one.keys, of: one.map, failing: failing)
        for key in one.keys.map(ExactKey.init) where answers[key] != expected[key] {
            Issue.record(
                """
                \(one.definition)key: \(key.text.debugDescription)
                Postfix: \(expected[key].debugDescription)
                Martlet: \(answers[key].debugDescription)
                """)
        }
        if one.isForPrograms, failing.isEmpty { try await comparePrograms(one, real, brokenKeys) }
        return Array(answers.values)
    }

    private static func answers(
        of table: any LookupTable, to keys: [String]
    ) async -> [ExactKey: RealPostmap.Outcome] {
        await withTaskGroup(of: (ExactKey, RealPostmap.Outcome).self) { group in
            for key in keys {
                group.addTask {
                    do {
                        let value = try await table.lookup(key)
                        return (ExactKey(key), value.map { .found(ExactKey($0)) } ?? .notFound)
                    } catch {
                        return (ExactKey(key), .failed)
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Both programs by the same input, with keys in it that are no UTF-8: the same bytes and the same exit code.
    private static func comparePrograms(
        _ one: Trial.Case, _ real: RealPostmap, _ brokenKeys: [[UInt8]]
    ) async throws {
        var lines = one.keys.map { Array($0.utf8) }
        for (index, key) in brokenKeys.enumerated() { lines.insert(key, at: index * 3) }
        let input = Array(lines.joined(separator: [10])) + [10]
        let (theirs, ours) = try await Blocking.run {
            (
                try real.run(["postmap", "-q", "-", one.map], input: input),
                try real.run([BuiltProgram.martlet, "postmap", "-q", "-", one.map], input: input)
            )
        }
        #expect(ours.standardOutput.utf8.elementsEqual(theirs.standardOutput.utf8))
        #expect(ours.exitCode == theirs.exitCode)
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
        let expected = try await real.ask(keys, of: "sqlite:\(path)")
        for key in keys {
            #expect(
                expected[ExactKey(key)] == .found(ExactKey(KeyFolding.lowercase.fold(key))),
                "\(key.unicodeScalars.map(\.value))")
        }
        #expect(keys.count > 1000)
    }
}
