/// A table that is held in memory: keys are folded to lower case once, when it is read.
struct FixedTable: Sendable {
    /// In the order of the source.
    private(set) var entries: [(key: String, value: String)] = []
    private var positions: [String: Int] = [:]
    private let folding: KeyFolding

    init(folding: KeyFolding) {
        self.folding = folding
    }

    subscript(key: String) -> String? {
        positions[folding.fold(key)].map { entries[$0].value }
    }

    /// Adds an entry, or gives a key that is there already the new value.
    /// - Returns: whether the key is new.
    mutating func add(_ key: String, _ value: String) -> Bool {
        let key = folding.fold(key)
        if let position = positions[key] {
            entries[position].value = value
            return false
        }
        positions[key] = entries.count
        entries.append((key, value))
        return true
    }

    func contains(_ key: String) -> Bool { positions[folding.fold(key)] != nil }
}
