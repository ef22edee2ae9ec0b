/// The name that was probably meant: `host` → `hosts`.
enum SpellingHint {
    static func closest(to name: String, among known: Set<String>) -> String? {
        let candidates = known.map { (distance: distance(name.lowercased(), $0), name: $0) }
        let best = candidates.min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        guard let best, best.distance <= max(1, min(name.count, best.name.count) / 3) else { return nil }
        return best.name
    }

    /// How many letters have to be put in, taken out or changed (Levenshtein).
    private static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.utf8)
        let b = Array(b.utf8)
        // A name that long is no slip of the pen, and not worth the time.
        guard a.count <= 64, b.count <= 64 else { return .max }
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let cost = a[i] == b[j] ? diagonal : 1 + min(diagonal, row[j], row[j + 1])
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[b.count]
    }
}
