import LookupTables

/// A table as it would answer after changes that somebody thinks of; what it answers otherwise than today is marked.
struct OverlaidTable: EnumerableTable {
    /// Nil for a table of the changes alone.
    let base: (any LookupTable)?
    /// By key in lower case.
    let edits: [String: [Edit]]

    /// What becomes of the answer for a key.
    struct Edit: Hashable, Sendable {
        enum Action: Hashable, Sendable {
            /// Values more; in tables of lines, of which a key has one, in place of what is there.
            case add([String])
            /// The values, or all of them where there are none.
            case remove([String])
        }

        let action: Action
        let change: Change
    }

    var name: String { base?.name ?? "what-if" }
    var keys: LookupKeys { base?.keys ?? .fixed }
    var asksServer: Bool { base?.asksServer ?? false }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        let answer = try await base?.lookup(key, observer: observer)
        guard let edits = edits[key.lowercased()] else { return answer }
        var values = answer.map { [$0] } ?? []
        for edit in edits {
            switch edit.action {
            // A row more is a value more; a line is written anew.
            case .add(let added): values = (asksServer ? values : []) + added
            case .remove(let removed): values = Self.values(values, without: removed)
            }
            observer?.supposed(edit.change.text)
        }
        return values.isEmpty ? nil : values.joined(separator: ",")
    }

    private static func values(_ values: [String], without removed: [String]) -> [String] {
        guard !removed.isEmpty else { return [] }
        let removed = Set(removed.map { $0.lowercased() })
        return values.flatMap { $0.split { $0 == "," || $0.isWhitespace }.map(String.init) }
            .filter { !removed.contains($0.lowercased()) }
    }

    // MARK: Entries

    var obstacle: String? { base?.enumerationObstacle }

    func forEachBatch(_ body: ([TableEntry]) async -> Bool) async throws(LookupFailure) {
        var added: [TableEntry] = []
        for (key, edits) in edits {
            for case .add(let values) in edits.map(\.action) {
                added.append(TableEntry(key: key, value: values.joined(separator: ",")))
            }
        }
        if !added.isEmpty, !(await body(added)) { return }
        try await base?.enumerable?.forEachBatch(body)
    }
}
