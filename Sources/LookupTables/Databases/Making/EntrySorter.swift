import Glibc
import HeapModule
import PostfixConfig

/// Sorts more entries than fit into memory: what has gathered is sorted and set down in a file (a run) each
/// time that the memory is full, and in the end the runs are merged.
///
/// Tables are written in their own order by this: an LMDB file or a B tree grows at its end only, page after
/// full page, and a hash table has each of its pages in hand once. Equal keys come together, the earlier one
/// first.
final class EntrySorter {
    /// An entry in ``arena``.
    private struct Place {
        let rank: UInt32
        let replaces: Bool
        let keyLength: UInt32
        let valueLength: UInt32
        let start: Int
        let sequence: UInt64
    }

    private let directory: String
    /// How many bytes of entries are gathered, with what is kept to find them.
    private let limit: Int
    private var arena: [UInt8] = []
    private var places: [Place] = []
    private var runs: [SortedRun] = []
    private(set) var count: UInt64 = 0

    /// - Parameter limit: the memory to gather in, in bytes.
    init(directory: String, limit: Int = 32 << 20) {
        self.directory = directory
        self.limit = limit
    }

    /// - Parameter sequence: the entry's turn among those with its key.
    func add(
        _ key: [UInt8], _ value: [UInt8], rank: UInt32, sequence: UInt64, replaces: Bool
    ) throws(SystemError) {
        places.append(
            Place(
                rank: rank, replaces: replaces, keyLength: UInt32(key.count),
                valueLength: UInt32(value.count),
                start: arena.count, sequence: sequence))
        arena += key
        arena += value
        count += 1
        if arena.count + places.count * MemoryLayout<Place>.stride >= limit { try setDown() }
    }

    /// Hands out all entries in order.
    func forEachSorted(_ body: (SortedEntry) throws -> Void) throws {
        guard !runs.isEmpty else {
            sort()
            for place in places { try body(entry(at: place)) }
            return
        }
        try setDown()
        (arena, places) = ([], [])
        var heads: Heap<Head> = []
        for run in runs {
            if let entry = try run.next() { heads.insert(Head(entry: entry, run: run)) }
        }
        while let head = heads.min {
            try body(head.entry)
            if let entry = try head.run.next() {
                heads.replaceMin(with: Head(entry: entry, run: head.run))
            } else {
                heads.removeMin()
            }
        }
    }

    private struct Head: Comparable {
        let entry: SortedEntry
        let run: SortedRun

        static func < (one: Head, other: Head) -> Bool { one.entry < other.entry }
        static func == (one: Head, other: Head) -> Bool { one.entry == other.entry }
    }

    private func entry(at place: Place) -> SortedEntry {
        let middle = place.start + Int(place.keyLength)
        return SortedEntry(
            rank: place.rank, sequence: place.sequence, replaces: place.replaces,
            key: arena[place.start..<middle],
            value: arena[middle..<(middle + Int(place.valueLength))])
    }

    private func sort() {
        arena.withUnsafeBytes { arena in
            places.sort { one, other in
                if one.rank != other.rank { return one.rank < other.rank }
                let common = Int(min(one.keyLength, other.keyLength))
                if common > 0, let base = arena.baseAddress {
                    let order = memcmp(base + one.start, base + other.start, common)
                    if order != 0 { return order < 0 }
                }
                if one.keyLength != other.keyLength { return one.keyLength < other.keyLength }
                return one.sequence < other.sequence
            }
        }
    }

    private func setDown() throws(SystemError) {
        sort()
        let run = try SortedRun(directory: directory)
        for place in places { try run.append(entry(at: place)) }
        try run.rewind()
        runs.append(run)
        arena.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }
}
