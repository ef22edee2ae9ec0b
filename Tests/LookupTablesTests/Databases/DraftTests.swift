import Foundation
import Peers
import Testing

@testable import LookupTables

@Suite struct DraftTests {
    @Test(arguments: DatabaseKind.allCases)
    func doubleKeysAreWarnedOfKeptOrReplaced(kind: DatabaseKind) async throws {
        let entries = [("b", "1"), ("a", "1"), ("a", "2"), ("b", "2"), ("a", "3")]
        for (doubles, expected) in [
            (DraftPlan.Doubles.warn, ["a": "1", "b": "1"]), (.ignore, ["a": "1", "b": "1"]),
            (.replace, ["a": "3", "b": "2"]),
        ] {
            let made = try MadeTable(kind)
            try made.make(entries, DraftPlan(doubles: doubles))
            #expect(try made.entries() == expected)
            let keys = doubles == .warn ? ["a", "b", "a"] : []
            #expect(
                made.log.messages
                    == keys.map { "\(kind.makingName(of: made.name)): duplicate entry: \"\($0)\"" })
        }
    }

    @Test(arguments: [DatabaseKind.hash, .btree, .lmdb])
    func whatIsAddedGoesBesideWhatIsThere(kind: DatabaseKind) async throws {
        let made = try MadeTable(kind, [("a", "1"), ("b", "1")])
        try made.make([("b", "2"), ("c", "2")], DraftPlan(beginning: .existing, doubles: .ignore))
        #expect(try made.entries() == ["a": "1", "b": "1", "c": "2"])
        try made.make([("b", "3")], DraftPlan(beginning: .existing, doubles: .replace))
        #expect(try made.entries() == ["a": "1", "b": "3", "c": "2"])
        let driver = DatabaseDriver(kind)
        let opener = try made.opener
        #expect(try driver.remove([Array("a".utf8), Array("x".utf8)], from: made.name, for: opener))
        #expect(try !driver.remove([Array("a".utf8)], from: made.name, for: opener))
        #expect(try made.entries() == ["b": "3", "c": "2"])
    }

    @Test(arguments: DatabaseKind.allCases)
    func aDraftThatIsGivenUpLeavesNothing(kind: DatabaseKind) async throws {
        let made = try MadeTable(kind, [("a", "1")])
        do {
            let draft = try DatabaseDriver(kind).draft(of: made.name, DraftPlan(), for: try made.opener)
            try draft.add([1], [2], replaces: false)
            draft.warn("a line")
            draft.abandon()
        }
        #expect(made.log.messages == ["a line"])
        #expect(try made.entries() == ["a": "1"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: made.directory.path) == [
                "table\(kind.suffix)"
            ])
    }

    /// A process that was killed leaves its directory, half full.
    @Test(arguments: DatabaseKind.allCases)
    func whatAKilledProcessLeftIsClearedAway(kind: DatabaseKind) async throws {
        let made = try MadeTable(kind)
        _ = try made.directory.makeDirectory("table\(kind.suffix).new", mode: 0o700)
        try made.directory.write("table\(kind.suffix).new/table", "half a table")
        try made.make([("a", "1")])
        #expect(try made.entries() == ["a": "1"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: made.directory.path) == [
                "table\(kind.suffix)"
            ])
    }

    @Test(arguments: DatabaseKind.allCases)
    func changesAtTheSameTimeAreAllKept(kind: DatabaseKind) async throws {
        guard kind != .cdb else { return }
        let made = try MadeTable(kind, [("a", "1")])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try await Blocking.run {
                        try made.make([("k\(number)", "v")], DraftPlan(beginning: .existing))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try made.entries().count == 9)
    }

    @Test(arguments: [1_000, 50_000, 10_000_000])
    func entriesAreSortedHoweverLittleMemoryThereIs(limit: Int) throws {
        var generator = SeededGenerator(announcing: "sorter")
        let directory = try TemporaryDirectory("sort")
        let sorter = EntrySorter(directory: directory.path, limit: limit)
        var expected: [(rank: UInt32, key: [UInt8], sequence: UInt64, value: [UInt8])] = []
        for sequence in 0..<4_000 {
            let key = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                generator.pick([0, 65, 200] as [UInt8])
            }
            let value = [UInt8](repeating: 7, count: Int.random(in: 0...60, using: &generator))
            let rank = UInt32.random(in: 0...2, using: &generator)
            try sorter.add(key, value, rank: rank, sequence: UInt64(sequence), replaces: sequence % 3 == 0)
            expected.append((rank, key, UInt64(sequence), value))
        }
        expected.sort { one, other in
            if one.rank != other.rank { return one.rank < other.rank }
            if one.key != other.key { return one.key.lexicographicallyPrecedes(other.key) }
            return one.sequence < other.sequence
        }
        var index = 0
        try sorter.forEachSorted { entry in
            let wanted = expected[index]
            #expect(
                entry.rank == wanted.rank && entry.key == wanted.key[...] && entry.sequence == wanted.sequence
                    && entry.value == wanted.value[...] && entry.replaces == (wanted.sequence % 3 == 0))
            index += 1
        }
        #expect(index == 4_000)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }

    @Test func anLMDBFileGrowsBeyondItsFirstSize() throws {
        let made = try MadeTable(.lmdb)
        let opener = TableOpener(
            configuration: try .init(directory: "/nonexistent", values: ["lmdb_map_size": "1048576"]),
            logger: made.log.logger("test"))
        let draft = try DatabaseDriver(.lmdb).draft(of: made.name, DraftPlan(), for: opener)
        for number in 0..<700 {
            try draft.add(Array("k\(number)".utf8), [UInt8](repeating: 65, count: 10_000), replaces: false)
        }
        try draft.finish()
        #expect(try made.entries().count == 700)
    }
}
