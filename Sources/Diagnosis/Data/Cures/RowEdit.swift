import LookupTables

/// What a map would say of a key if rows of it were changed, and the statement that changes them.
struct RowEdit: Sendable {
    let map: String
    /// In lower case, as lookups ask for it.
    let key: String
    /// All that the map would answer; empty where it would have the key no more.
    let answer: [String]
    /// Nil where no statement can be told.
    let command: Finding.Command?
    /// What to write where, in words.
    let words: String
}

/// Maps as they would answer after edits.
struct RowOverlay: TableOverlay {
    /// By map, then by key.
    private let edits: [String: [String: [OverlaidTable.Edit]]]

    init(_ edits: [RowEdit]) {
        var all: [String: [String: [OverlaidTable.Edit]]] = [:]
        for edit in edits {
            // An edit of the same key that comes later has the last word.
            all[edit.map, default: [:]][edit.key] =
                [OverlaidTable.Edit(action: .remove([]), change: edit.words)]
                + (edit.answer.isEmpty ? [] : [.init(action: .add(edit.answer), change: edit.words)])
        }
        self.edits = all
    }

    func tables(_ parameter: String, _ tables: [any LookupTable]) -> [any LookupTable] {
        tables.map { table in edits[table.name].map { OverlaidTable(base: table, edits: $0) } ?? table }
    }
}
