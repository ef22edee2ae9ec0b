import Glibc
import PostfixConfig

/// An entry on its way into a table.
struct SortedEntry {
    /// What the format sorts by before the key.
    let rank: UInt32
    /// Its turn in the source.
    let sequence: UInt64
    let replaces: Bool
    let key: ArraySlice<UInt8>
    let value: ArraySlice<UInt8>

    func hasKey(of other: SortedEntry) -> Bool { rank == other.rank && key.elementsEqual(other.key) }
}

extension SortedEntry: Comparable {
    static func < (one: SortedEntry, other: SortedEntry) -> Bool {
        if one.rank != other.rank { return one.rank < other.rank }
        let order = one.key.compared(to: other.key)
        return order != 0 ? order < 0 : one.sequence < other.sequence
    }

    static func == (one: SortedEntry, other: SortedEntry) -> Bool {
        one.sequence == other.sequence && one.hasKey(of: other)
    }
}
