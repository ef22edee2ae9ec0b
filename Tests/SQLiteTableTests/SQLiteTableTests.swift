import Foundation
import GRDB
import Logging
import LookupTables
import Peers
import PostfixConfig
import Testing

@testable import SQLiteTable

/// `sqlite:` maps on files of their own.
@Suite struct SQLiteTableTests {
    private let directory: TemporaryDirectory
    private let pools = DatabasePools()
    private let opener: TableOpener
    private var database: String { directory.appending("db") }

    init() throws {
        directory = try TemporaryDirectory("sqlite")
        opener = TableOpener(
            configuration: try PostfixConfig.Configuration(
                directory: directory.path, values: [:]),
            drivers: [SQLiteDriver(pools: pools, timeouts: .init(lock: 0.3, statement: .seconds(3)))],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func run(_ sql: String) throws {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(60)
        let queue = try DatabaseQueue(path: database, configuration: configuration)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    private func table(_ query: String) throws -> any LookupTable {
        let path = try directory.write("\(UUID().uuidString).cf", "dbpath = \(database)\nquery = \(query)\n")
        return try opener.openOrFail("sqlite:\(path)")
    }

    private func failure(_ table: any LookupTable, _ key: String = "k") async -> LookupFailure? {
        do throws(LookupFailure) {
            _ = try await table.lookup(key)
            return nil
        } catch {
            return error
        }
    }

    @Test func aMissingFileFailsForTheTimeBeingAndIsNotMade() async throws {
        let table = try table("SELECT v FROM t WHERE k = '%s'")
        #expect(await failure(table)?.cause == .unavailable)
        #expect(!FileManager.default.fileExists(atPath: database))
        try run("CREATE TABLE t (k, v); INSERT INTO t VALUES ('k', 'found');")
        #expect(await Eventually.holds { (try? await table.lookup("K")) == "found" })
    }

    @Test func aRowThatWasAddedIsSeenByTheNextLookup() async throws {
        try run("CREATE TABLE t (k, v);")
        let table = try table("SELECT v FROM t WHERE k = '%s'")
        #expect(try await table.lookup("k") == nil)
        try run("INSERT INTO t VALUES ('k', 'new');")
        #expect(try await table.lookup("k") == "new")
    }

    @Test func aFileInThePlaceOfTheOldOneIsOpened() async throws {
        try run("CREATE TABLE t (k, v); INSERT INTO t VALUES ('k', 'old');")
        let table = try table("SELECT v FROM t WHERE k = '%s'")
        #expect(try await table.lookup("k") == "old")
        try FileManager.default.moveItem(atPath: database, toPath: database + ".old")
        try run("CREATE TABLE t (k, v); INSERT INTO t VALUES ('k', 'new');")
        #expect(try await Eventually.holds { try await table.lookup("k") == "new" })
    }

    @Test func aFileThatIsNoDatabaseFailsForTheTimeBeing() async throws {
        try directory.write("db", String(repeating: "no database\n", count: 1000))
        #expect(await failure(try table("SELECT 1"))?.cause == .unavailable)
    }

    /// What is there is no file that could be read: said at once, and never waited for.
    @Test(arguments: ["directory", "pipe", "socket", "truncated", "loop"])
    func whatIsNoReadableFileFailsForTheTimeBeing(kind: String) async throws {
        switch kind {
        case "directory": _ = try directory.makeDirectory("db")
        case "pipe": #expect(mkfifo(database, 0o666) == 0)
        case "socket": try Command.require(["python3", "-c", Self.bind, database])
        case "loop": try FileManager.default.createSymbolicLink(atPath: database, withDestinationPath: "db")
        default:
            try run(
                "CREATE TABLE t (k, v);" + (1...500).map { "INSERT INTO t VALUES ('k\($0)', 'v');" }.joined())
            #expect(truncate(database, 5000) == 0)
        }
        let start = ContinuousClock.now
        let failure = await failure(try table("SELECT v FROM t WHERE k = '%s'"), "k400")
        #expect(failure?.cause == .unavailable)
        #expect(failure?.reason.contains(database) == true)
        #expect(ContinuousClock.now - start < .seconds(30))
        // The same file made whole is used without a restart.
        try FileManager.default.removeItem(atPath: database)
        try run("CREATE TABLE t (k, v); INSERT INTO t VALUES ('k', 'found');")
        let table = try table("SELECT v FROM t WHERE k = '%s'")
        #expect(await Eventually.holds { (try? await table.lookup("k")) == "found" })
    }

    private static let bind = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"

    /// Damage that comes while the file is open.
    @Test func aFileThatIsOverwrittenFailsForTheTimeBeing() async throws {
        try run("CREATE TABLE t (k, v); INSERT INTO t VALUES ('k', 'v');")
        let table = try table("SELECT v FROM t WHERE k = '%s'")
        #expect(try await table.lookup("k") == "v")
        let good = try Data(contentsOf: URL(fileURLWithPath: database))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: database))
        try file.write(contentsOf: Data(repeating: 0x55, count: good.count))
        #expect(await Eventually.holds { await failure(table)?.cause == .unavailable })
        try file.seek(toOffset: 0)
        try file.write(contentsOf: good)
        try file.close()
        #expect(await Eventually.holds { (try? await table.lookup("k")) == "v" })
    }

    /// A writer that holds its lock fails the lookups that wait, together, and no longer than it holds it.
    @Test func aLockedDatabaseFailsInBoundedTime() async throws {
        try run("CREATE TABLE t (k, v); INSERT INTO t VALUES ('k', 'v');")
        let table = try table("SELECT v FROM t WHERE k LIKE '%s%%'")
        #expect(try await table.lookup("k") == "v")
        var configuration = GRDB.Configuration()
        configuration.allowsUnsafeTransactions = true
        // The reader's lock may outlive its answer by a moment.
        configuration.busyMode = .timeout(30)
        let writer = try DatabaseQueue(path: database, configuration: configuration)
        try await writer.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
        let start = ContinuousClock.now
        await withTaskGroup(of: LookupFailure?.self) { group in
            for number in 1...200 { group.addTask { await failure(table, "k\(number)") } }
            for await failure in group {
                #expect(failure?.cause == .unavailable)
                #expect(failure?.reason.contains("locked") == true)
            }
        }
        #expect(ContinuousClock.now - start < .seconds(20))
        try await writer.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        #expect(await Eventually.holds { (try? await table.lookup("k")) == "v" })
        try writer.close()
    }

    @Test func aStatementWithoutEndIsEnded() async throws {
        try run("CREATE TABLE t (k, v); INSERT INTO t VALUES ('k', 'v');")
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"
        let slow = await failure(try table("\(endless) count(*) FROM n WHERE '%s' <> ''"))
        #expect(slow?.cause == .statement)
        #expect(slow?.reason.contains("ran for longer than 3.0 seconds") == true)
        let long = await failure(try table("\(endless) zeroblob(0) || printf('%%100000d', i) || '%s' FROM n"))
        #expect(long?.cause == .result || long?.cause == .statement)
        #expect(try await table("SELECT v FROM t WHERE k = '%s'").lookup("k") == "v")
    }

    @Test func aParameterOfTheTemplateIsNull() async throws {
        try run("CREATE TABLE t (k, v); INSERT INTO t VALUES ('k', 'v');")
        #expect(try await table("SELECT coalesce(?, :a, @b, $c, '%s')").lookup("k") == "k")
        #expect(try await table("SELECT v FROM t WHERE k = %s").lookup("@localhost") == nil)
    }

    /// A write-ahead log that a writer keeps open is read as well.
    @Test func aRowInTheWriteAheadLogIsSeen() async throws {
        let writer = try DatabaseQueue(path: database)
        try await writer.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0")
            try $0.execute(sql: "CREATE TABLE t (k, v)")
        }
        let table = try table("SELECT v FROM t WHERE k = '%s'")
        #expect(try await table.lookup("k") == nil)
        try await writer.write { try $0.execute(sql: "INSERT INTO t VALUES ('k', 'logged')") }
        #expect(try await table.lookup("k") == "logged")
        // A table that is made anew under a statement that was prepared.
        try await writer.write {
            try $0.execute(
                sql: "DROP TABLE t; CREATE TABLE t (w, k, v); INSERT INTO t VALUES (1, 'k', 'anew')")
        }
        #expect(try await table.lookup("k") == "anew")
        try writer.close()
    }

    @Test(arguments: [
        "dbpath =", "query = SELECT '%x'", "result_format = %y", "expansion_limit = few",
        "dbpath = x\nquery =",
    ])
    func badValuesAreNamed(setting: String) throws {
        let path = try directory.write("bad.cf", "dbpath = \(database)\nquery = SELECT 1\n\(setting)\n")
        #expect(throws: TableError.self) { try opener.openOrFail("sqlite:\(path)") }
    }

    @Test func aBadStatementFailsAlone() async throws {
        try run("CREATE TABLE t (k, v); INSERT INTO t VALUES ('k', 'v');")
        let bad = try table("SELECT nothing FROM t WHERE k = '%s'")
        let good = try table("SELECT v FROM t WHERE k = '%s'")
        #expect(await failure(bad)?.cause == .statement)
        #expect(try await good.lookup("k") == "v")
    }

    @Test func nothingIsWritten() async throws {
        try run("CREATE TABLE t (k, v);")
        for query in ["BEGIN", "COMMIT", "ROLLBACK", "PRAGMA query_only = 0", "ATTACH '%s' AS other"] {
            _ = try? await table(query).lookup("\(database).other")
        }
        #expect(!FileManager.default.fileExists(atPath: database + ".other"))
        #expect(await failure(try table("INSERT INTO t VALUES ('%s', 1)"))?.cause == .statement)
        #expect(try await table("SELECT count(*) FROM t").lookup("k") == "0")
    }

    /// The same answers with parameters and without; comments and quotation marks keep the statement plain.
    @Test(arguments: [
        ("SELECT '%s'", 35_000), ("SELECT '%s' -- as it is", 15_000),
        ("SELECT \"v\" || '' FROM (SELECT '%s' AS v)", 10_000), ("SELECT 'x''y' || '%s'", 10_000),
        ("SELECT v AS 'name' FROM (SELECT '%s' AS v)", 10_000),
        ("SELECT CASE WHEN 1 THEN '%u@%d' END", 5_000),
        ("SELECT '%s'; DROP TABLE t; SELECT '%s'", 5_000), ("SELECT \"%s\"", 5_000),
        ("SELECT /* it's */ \"%u@%d\" -- it's", 5_000),
    ])
    func hostileKeysStayValues(query: String, count: Int) async throws {
        try run("CREATE TABLE t (k, v);")
        let table = try table(query)
        var generator = SeededGenerator(announcing: "sqlite quoting")
        let pieces = [
            "'", "''", "\"", "\\", "\\'", ";", "--", "/*", "*/", "%", "?", "?1", ":a", "@x", "$a", "#", "`",
            "[", "]",
            "\n", "\u{1A}", "\u{7F}", "é", "ß'", "日", "😀", "\u{BF}'", "' OR 1=1 --", "'; DROP TABLE t; --",
            "x'41'",
            "' UNION SELECT v FROM t --", "'||(SELECT 1)||'", "NULL", "a", "char(39)", "${", "\u{202E}",
        ]
        let prefix = query.contains("x''y") ? "x'y" : ""
        for _ in 0..<(count / 1000) {
            let keys = (0..<1000).map { _ in "a" + (0..<5).map { _ in generator.pick(pieces) }.joined() + "@x"
            }
            await withTaskGroup(of: Void.self) { group in
                for key in keys {
                    group.addTask {
                        do {
                            let value = try await table.lookup(key)
                            let isSame =
                                value.map { ExactKey($0) }
                                == ExactKey(prefix + KeyFolding.lowercase.fold(key))
                            if !isSame {
                                Issue.record("\(key.debugDescription) came back as \(value.debugDescription)")
                            }
                        } catch {
                            Issue.record("\(key.debugDescription): \(error)")
                        }
                    }
                }
            }
        }
        #expect(try await self.table("SELECT count(*) FROM t").lookup("k") == "0")
    }

    @Test func manyLookupsAtOnceEachGetTheirOwnAnswer() async throws {
        try run("CREATE TABLE t (k TEXT PRIMARY KEY, v);")
        try run((1...500).map { "INSERT INTO t VALUES ('k\($0)', 'v\($0)');" }.joined())
        let table = try table("SELECT v FROM t WHERE k = '%s'")
        await withTaskGroup(of: Void.self) { group in
            for number in 1...1000 {
                group.addTask {
                    let value = try? await table.lookup("k\(number)")
                    #expect(value == (number <= 500 ? "v\(number)" : nil))
                }
            }
        }
    }
}
