/// A table as it would answer after changes that somebody thinks of; what it answers otherwise than today is marked.
package struct OverlaidTable: EnumerableTable {
    /// Nil for a table of the changes alone.
    package let base: (any LookupTable)?
    /// By key in lower case.
    let edits: [String: [Edit]]

    package init(base: (any LookupTable)?, edits: [String: [Edit]]) {
        self.base = base
        self.edits = edits
    }

    /// What becomes of the answer for a key.
    package struct Edit: Hashable, Sendable {
        package enum Action: Hashable, Sendable {
            /// Values more; in tables of lines, of which a key has one, in place of what is there.
            case add([String])
            /// The values, or all of them where there are none.
            case remove([String])
        }

        package let action: Action
        /// The change in words, for whoever watches the lookups.
        let change: String

        package init(action: Action, change: String) {
            self.action = action
            self.change = change
        }
    }

    package var name: String { base?.name ?? "what-if" }
    package var keys: LookupKeys { base?.keys ?? .fixed }
    package var asksServer: Bool { base?.asksServer ?? false }

    package func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        let answer = try await base?.lookup(key, observer: observer)
        guard let edits = edits[key.lowercased()] else { return answer }
        var values = answer.map { [$0] } ?? []
        for edit in edits {
            let before = values
            switch edit.action {
            // A row more is a value more; a line is written anew.
            case .add(let added): values = (asksServer ? values : []) + added
            case .remove(let removed): values = Self.values(values, without: removed)
            }
            if values != before { observer?.supposed(edit.change) }
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

    package var obstacle: String? { base?.enumerationObstacle }

    package func forEachBatch(_ body: ([TableEntry]) async -> Bool) async throws(LookupFailure) {
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
