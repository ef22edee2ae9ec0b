/// A map from whose statement one for all rows can be made is listed by that, over a connection of its own: its rows
/// come in as a stream, however many there are, and lookups do not wait behind it.
extension SQLTable: EnumerableTable {
    package var obstacle: String? {
        if query.whole != nil { return nil }
        return "\(name) cannot list its keys: its query is not of the form "
            + "SELECT … FROM … WHERE column = '%s' (it is: \(listedQuery))"
    }

    /// The statement of a lookup, with `%s` and the like where the key goes.
    package var listedQuery: String { query.template.text }

    package func forEachBatch(_ body: ([TableEntry]) async -> Bool) async throws(LookupFailure) {
        if let obstacle { throw query.failure(.configuration, obstacle) }
        let pool = pool
        var failure: LookupFailure?
        try await EntryPassage.run(table: name) { batch in
            do throws(LookupFailure) {
                return await body(try await accepted(batch))
            } catch {
                failure = error
                return false
            }
        } read: { put throws(LookupFailure) in
            do throws(InspectionFailure) {
                try read(over: try pool.inspectable(), put)
            } catch {
                throw query.failure(error.step == .connection ? .unavailable : .statement, error.description)
            }
        }
        if let failure { throw failure }
    }

    /// How long a server may work on the statement for a whole table.
    package static let listingTime = Duration.seconds(900)

    /// - Parameter put: takes a batch; returns whether to go on.
    private func read(
        over connection: any InspectableConnection, _ put: ([TableEntry]) -> Bool
    ) throws(InspectionFailure) {
        var batch: [TableEntry] = []
        var isWanted = true
        try forEachRow(over: connection, time: Self.listingTime) { row in
            guard let entry = TableEntry(row, of: query) else { return true }
            batch.append(entry)
            guard batch.count >= EntryPassage.batchSize else { return true }
            isWanted = put(batch)
            batch.removeAll(keepingCapacity: true)
            return isWanted
        }
        if isWanted { _ = put(batch) }
    }

    /// Without those that no lookup is sent for, where only tables know.
    private func accepted(_ batch: [TableEntry]) async throws(LookupFailure) -> [TableEntry] {
        guard let domains, !domains.answersFromNames else { return batch }
        var accepted: [TableEntry] = []
        accepted.reserveCapacity(batch.count)
        for entry in batch where try await domains.accepts(folding.fold(entry.key), observer: nil) {
            accepted.append(entry)
        }
        return accepted
    }
}

extension TableEntry {
    /// Nil where the row has no key or no value, as in a lookup.
    fileprivate init?(_ row: StoredRow, of query: SQLQuery) {
        guard let key = row.key.flatMap({ String(validating: $0, as: UTF8.self) }), !key.isEmpty else {
            return nil
        }
        var answer = SQLAnswer(to: key, of: query)
        for case let value? in row.values where !value.isEmpty { answer.add(value) }
        guard case .success(let value?) = answer.value() else { return nil }
        self.init(key: key, value: value)
    }
}
