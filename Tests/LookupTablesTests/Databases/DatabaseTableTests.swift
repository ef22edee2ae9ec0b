import Foundation
import LookupTables
import Peers
import Testing

@Suite struct DatabaseTableTests {
    @Test(arguments: DatabaseKind.allCases)
    func everyEntryIsFoundAndNothingElse(kind: DatabaseKind) async throws {
        let entries = MadeTable.someEntries(3_000)
        let made = try MadeTable(kind, entries)
        let table = try made.table()
        for (key, value) in entries { #expect(try await table.lookup(key.uppercased()) == value) }
        for key in ["", "k", "k3000", "v1", String(repeating: "k", count: 600), "k1\u{0}", "ü"] {
            #expect(try await table.lookup(key) == nil)
        }
        #expect(try made.entries() == Dictionary(uniqueKeysWithValues: entries))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: made.directory.path) == [
                "table\(kind.suffix)"
            ])
    }

    @Test(arguments: DatabaseKind.allCases)
    func anEmptyTableHasNothing(kind: DatabaseKind) async throws {
        let made = try MadeTable(kind)
        try made.make([])
        #expect(try await made.table().lookup("k") == nil)
        #expect(try made.entries().isEmpty)
    }

    @Test(arguments: DatabaseKind.allCases, [DraftPlan.Ending.customary, .withNUL, .withoutNUL])
    func aNULAtTheEndMakesNoDifference(kind: DatabaseKind, ending: DraftPlan.Ending) async throws {
        let made = try MadeTable(kind)
        try made.make([("key", "value"), ("other", "v")], DraftPlan(ending: ending))
        #expect(try await made.table().lookup("key") == "value")
        #expect(try made.entries() == ["key": "value", "other": "v"])
    }

    @Test(arguments: DatabaseKind.allCases)
    func aTableThatIsReplacedIsSeenByTheNextLookup(kind: DatabaseKind) async throws {
        let made = try MadeTable(kind, [("key", "one")])
        let table = try made.table()
        #expect(try await table.lookup("key") == "one")
        try made.make([("key", "two")])
        #expect(try await table.lookup("key") == "two")
        try FileManager.default.removeItem(atPath: made.file)
        let failure = await #expect(throws: LookupFailure.self) { try await table.lookup("key") }
        #expect(
            failure?.reason.contains("database \(made.file): No such file or directory. \"postmap ") == true)
        try made.make([("key", "three")])
        #expect(try await table.lookup("key") == "three")
    }

    @Test(arguments: DatabaseKind.allCases)
    func anAbsentTableIsNamedWithItsCureAndUsedOnceItIsThere(kind: DatabaseKind) async throws {
        let made = try MadeTable(kind)
        let table = try made.opener.open(made.specification)
        #expect(made.log.lines.count == 1)
        #expect(
            made.log.lines.first?.hasPrefix(
                "test: error: \(made.specification) is unavailable. open database \(made.file): "
                    + "No such file or directory. \"postmap \(made.specification)\" makes it") == true)
        await #expect(throws: LookupFailure.self) { try await table.lookup("key") }
        try made.make([("key", "value")])
        #expect(await Eventually.holds { (try? await table.lookup("key")) == "value" })
    }

    /// As somebody else's postmap has it while it writes.
    @Test(arguments: [DatabaseKind.hash, .btree])
    func aFileThatIsBeingWrittenIsWaitedFor(kind: DatabaseKind) async throws {
        let made = try MadeTable(kind, [("key", "one")])
        let table = try made.table()
        let file = open(made.file, O_RDWR)
        defer { close(file) }
        #expect(flock(file, LOCK_EX) == 0)
        async let answer = table.lookup("key")
        try await Task.sleep(for: .milliseconds(100))
        #expect(flock(file, LOCK_UN) == 0)
        #expect(try await answer == "one")
    }

    @Test(arguments: DatabaseKind.allCases)
    func aTableOlderThanItsSourceIsNamed(kind: DatabaseKind) async throws {
        let made = try MadeTable(kind, [("key", "value")])
        try made.directory.write("table", "key value2\n")
        func date(_ path: String, secondsAgo: Double) throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -secondsAgo)], ofItemAtPath: path)
        }
        try date(made.file, secondsAgo: 300)
        // Who changed it just now is about to compile it.
        try date(made.name, secondsAgo: 50)
        _ = try made.table()
        #expect(made.log.lines == [])
        try date(made.name, secondsAgo: 200)
        _ = try made.table()
        #expect(made.log.messages == ["database \(made.file) is older than source file \(made.name)"])
    }

    @Test(arguments: DatabaseKind.allCases)
    func whatIsNoTableFailsForTheTimeBeing(kind: DatabaseKind) async throws {
        let made = try MadeTable(kind)
        for text in ["", "garbage\n", String(repeating: "garbage ", count: 2_000)] {
            try made.directory.write("table\(kind.suffix)", text)
            let error = #expect(throws: TableError.self) { try made.table() }
            #expect(
                error?.description.hasPrefix("open database \(made.file): ") == true, "\(text.prefix(10))")
        }
        try FileManager.default.removeItem(atPath: made.file)
        _ = try made.directory.makeDirectory("table\(kind.suffix)")
        let error = #expect(throws: TableError.self) { try made.table() }
        #expect(error?.description == "open database \(made.file): Is a directory")
    }

    /// Every answer is of one version, and versions only grow, while the table is made anew again and again.
    @Test(arguments: DatabaseKind.allCases)
    func lookupsSeeTheOldTableOrTheNewOneWhole(kind: DatabaseKind) async throws {
        let keys = (0..<200).map { "key\($0)" }
        let made = try MadeTable(kind, keys.map { ($0, "0") })
        let table = try made.table()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await Blocking.run {
                    for version in 1...40 { try made.make(keys.map { ($0, "\(version)") }) }
                }
            }
            for reader in 0..<3 {
                group.addTask {
                    var newest = 0
                    while newest < 40 {
                        for key in keys.shuffled().prefix(20 + reader) {
                            let version = try #require(try await table.lookup(key).flatMap(Int.init))
                            #expect(version >= newest)
                            newest = version
                        }
                    }
                }
            }
            group.addTask {
                while true {
                    let versions = Set(try made.entries().values)
                    #expect(versions.count == 1)
                    if versions == ["40"] { return }
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            try await group.waitForAll()
        }
    }
}
