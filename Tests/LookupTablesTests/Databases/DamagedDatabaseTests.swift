import Foundation
import LookupTables
import Peers
import Testing

/// Files with bytes turned over, cut short, or with pieces of themselves in the wrong place: an answer or a
/// failure in bounded time, never the end of the process.
@Suite struct DamagedDatabaseTests {
    private static let copies = 100

    @Test(arguments: DatabaseKind.allCases)
    func damageNeverEndsTheProcess(kind: DatabaseKind) async throws {
        var generator = SeededGenerator(announcing: "damaged \(kind)")
        let entries = MadeTable.someEntries(120)
        let made = try MadeTable(kind, entries)
        let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: made.file)))
        var failures = 0
        for _ in 0..<Self.copies {
            try replace(made.file, with: damaged(sound, &generator))
            do {
                let table = try made.table()
                for (key, _) in entries.shuffled(using: &generator).prefix(15) {
                    do throws(LookupFailure) {
                        _ = try await table.lookup(key)
                    } catch {
                        failures += 1
                        // A value that makes no sense is told by the table's name, which may be without the
                        // suffix.
                        #expect("\(error)".contains(made.name))
                    }
                }
                do { try table.forEachEntry { _, _ in } } catch { failures += 1 }
            } catch let error as TableError {
                failures += 1
                #expect("\(error)".contains(made.file))
            }
        }
        #expect(failures > 0)
        try replace(made.file, with: sound)
        #expect(try made.entries() == Dictionary(uniqueKeysWithValues: entries))
    }

    /// What somebody does who copies another file over a table in use: it shrinks under the reader.
    @Test(arguments: DatabaseKind.allCases)
    func aTableThatIsCutShortInPlaceFailsForTheTimeBeing(kind: DatabaseKind) async throws {
        let entries = MadeTable.someEntries(120)
        let made = try MadeTable(kind, entries)
        let table = try made.table()
        for size in [5_000, 2_049, 100, 0] {
            #expect(truncate(made.file, off_t(size)) == 0)
            var failures = 0
            for (key, value) in entries {
                do throws(LookupFailure) {
                    #expect(try await table.lookup(key) == value)
                } catch {
                    failures += 1
                    #expect("\(error)".contains("database \(made.file): "))
                }
            }
            #expect(failures > 0)
        }
        try made.make(entries)
        #expect(try await table.lookup("k1") == entries[1].1)
    }

    private func replace(_ path: String, with bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private func damaged(_ sound: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = sound
        // The heads of pages are where it hurts.
        func place(_ bytes: [UInt8]) -> Int {
            let anywhere = Int.random(in: 0..<bytes.count, using: &generator)
            return generator.chance(60)
                ? min(bytes.count - 1, anywhere / 4096 * 4096 + anywhere % 200) : anywhere
        }
        switch generator.next() % 6 {
        case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
        case 1:
            let (from, to) = (place(bytes) & ~4095, place(bytes) & ~4095)
            let count = min(4096, bytes.count - max(from, to))
            bytes.replaceSubrange(to..<(to + count), with: Array(bytes[from..<(from + count)]))
        default:
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                bytes[place(bytes)] =
                    generator.chance(30)
                    ? generator.pick([0, 0xFF, 0x7F, 0x80, 1]) : UInt8.random(in: 0...255, using: &generator)
            }
        }
        return bytes
    }
}
