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
            drivers: [SQLiteDriver(pools: pools)],
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

    @Test func aBadStatementFailsAlone() async throws {
        try run("CREATE TABLE t (k, v); INSERT INTO t VALUES ('k', 'v');")
        let bad = try table("SELECT nothing FROM t WHERE k = '%s'")
        let good = try table("SELECT v FROM t WHERE k = '%s'")
        #expect(await failure(bad)?.cause == .statement)
        #expect(try await good.lookup("k") == "v")
    }

    @Test func nothingIsWritten() async throws {
        try run("CREATE TABLE t (k, v);")
        #expect(await failure(try table("INSERT INTO t VALUES ('%s', 1)"))?.cause == .statement)
        #expect(try await table("SELECT count(*) FROM t").lookup("k") == "0")
    }

    /// The same answers with parameters and without; comments and quotation marks keep the statement plain.
    @Test(arguments: [
        "SELECT '%s'", "SELECT '%s' -- as it is", "SELECT \"v\" || '' FROM (SELECT '%s' AS v)",
        "SELECT 'x''y' || '%s'",
        "SELECT v AS 'name' FROM (SELECT '%s' AS v)", "SELECT CASE WHEN 1 THEN '%u@%d' END",
    ])
    func hostileKeysStayValues(query: String) async throws {
        try run("CREATE TABLE t (k, v);")
        let table = try table(query)
        var generator = SeededGenerator(announcing: "sqlite quoting")
        let pieces = [
            "'", "\"", "\\", ";", "--", "/*", "%", "?", ":a", "@x", "$", "`", "[", "\n", "é", "😀",
            "' OR 1=1 --", "a",
        ]
        for _ in 0..<150 {
            let key = "a" + (0..<5).map { _ in generator.pick(pieces) }.joined() + "@x"
            let prefix = query.contains("x''y") ? "x'y" : ""
            #expect(try await table.lookup(key) == prefix + KeyFolding.lowercase.fold(key))
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
