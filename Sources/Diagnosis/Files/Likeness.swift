import PostfixConfig

/// Finds the name that was probably meant, also where whole words are missing:
/// `mysql-virtual-mailbox-domains.cf` and `virtual-mailbox-domains.cf`.
enum Likeness {
    /// How much of two names is the same, in the same order: from 0 to 1.
    static func of(_ one: String, _ other: String) -> Double {
        let (one, other) = (Array(one.lowercased().utf8), Array(other.lowercased().utf8))
        guard !one.isEmpty, !other.isEmpty else { return 0 }
        return 2 * Double(commonLength(one, other)) / Double(one.count + other.count)
    }

    /// The most similar of the names, where it is similar enough.
    static func nearest(to name: String, in names: some Sequence<String>, atLeast least: Double = 0.75)
        -> String?
    {
        let scored = names.map { ($0, of(name, $0)) }.filter { $0.1 >= least }
        return scored.max { ($0.1, $1.0) < ($1.1, $0.0) }?.0
    }

    /// The length of the longest common subsequence.
    private static func commonLength(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var last = [Int](repeating: 0, count: other.count + 1)
        for byte in one {
            var current = [0]
            for (column, otherByte) in other.enumerated() {
                current.append(
                    byte == otherByte ? last[column] + 1 : max(last[column + 1], current[column]))
            }
            last = current
        }
        return last[other.count]
    }
}
