/// Finds the name that was probably meant.
package enum Spelling {
    /// The nearest of the names, where it is near enough to be a slip; the first in their order of several.
    package static func nearest(to name: String, in names: some Sequence<String>) -> String? {
        let wanted = Array(name.utf8)
        // One slip in a short name, a few in a long one.
        var limit = min(4, 1 + wanted.count / 6)
        var best: String?
        for candidate in names {
            let bytes = Array(candidate.utf8)
            guard abs(bytes.count - wanted.count) <= limit else { continue }
            let distance = distance(wanted, bytes)
            if distance < limit || (distance == limit && best == nil) {
                (limit, best) = (distance, candidate)
            }
        }
        return best
    }

    /// The names, those first that are most like the one; of names that are equally like it, in their order.
    package static func nearestFirst(to name: String, in names: [String]) -> [String] {
        let wanted = Array(name.lowercased().prefix(256).utf8)
        return names.prefix(1000).map { ($0, distance(wanted, Array($0.lowercased().prefix(256).utf8))) }
            .sorted { $0.1 < $1.1 }.map(\.0) + names.dropFirst(1000)
    }

    /// How many bytes must be changed, added, removed or exchanged with their neighbour (Damerau, restricted).
    package static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...other.count)
        for (row, byte) in one.enumerated() {
            var current = [row + 1]
            for (column, otherByte) in other.enumerated() {
                var cost = min(current[column], last[column + 1]) + 1
                cost = min(cost, last[column] + (byte == otherByte ? 0 : 1))
                if row > 0, column > 0, byte == other[column - 1], one[row - 1] == otherByte {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[other.count]
    }
}
