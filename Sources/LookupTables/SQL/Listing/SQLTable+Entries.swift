/// A map whose statement asks for one value can be listed by one statement, over a connection of its own: its rows
/// come in as a stream, however many there are, and lookups do not wait behind it.
extension SQLTable: EnumerableTable {
    package var obstacle: String? {
        if SQLListing(query) != nil { return nil }
        return "\(name) cannot list its keys: its query is not of the form "
            + "SELECT … FROM one_table WHERE column = '%s' (it is: \(listedQuery))"
    }

    /// The statement of a lookup, with `%s` and the like where the key goes.
    package var listedQuery: String { query.template.text }

    package func forEachBatch(_ body: ([TableEntry]) async -> Bool) async throws(LookupFailure) {
        guard let listing = SQLListing(query) else {
            throw query.failure(.configuration, obstacle ?? "")
        }
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
            try pool.read(listing, put)
        }
        if let failure { throw failure }
    }

    /// Rows that a lookup would not be sent for are no entries.
    private func accepted(_ batch: [TableEntry]) async throws(LookupFailure) -> [TableEntry] {
        var accepted: [TableEntry] = []
        accepted.reserveCapacity(batch.count)
        for entry in batch where query.accepts(entry.key) {
            if let domains, try await !domains.accepts(folding.fold(entry.key), observer: nil) { continue }
            accepted.append(entry)
        }
        return accepted
    }
}

extension SQLPool {
    /// Reads a whole table. Blocks.
    ///
    /// - Parameter put: takes a batch; returns whether to go on.
    func read(_ listing: SQLListing, _ put: ([TableEntry]) -> Bool) throws(LookupFailure) {
        let refusal: String?
        var batch: [TableEntry] = []
        var isWanted = true
        do throws(ConnectionLoss) {
            var connection: Open? = try connect()
            defer { close(&connection) }
            refusal = try connection?.connection.list(listing) { key, columns in
                guard let entry = TableEntry(key, columns, of: listing.query) else { return true }
                batch.append(entry)
                guard batch.count >= EntryPassage.batchSize else { return true }
                isWanted = put(batch)
                batch.removeAll(keepingCapacity: true)
                return isWanted
            }
        } catch {
            throw listing.query.failure(.unavailable, error.description)
        }
        if let refusal { throw listing.query.failure(.statement, refusal) }
        if isWanted { _ = put(batch) }
    }
}

extension TableEntry {
    /// Nil where the row has no key or no value, as in a lookup.
    fileprivate init?(
        _ key: UnsafeBufferPointer<UInt8>?, _ columns: [UnsafeBufferPointer<UInt8>?], of query: SQLQuery
    ) {
        guard let key, let text = String(validating: key, as: UTF8.self), !text.isEmpty else { return nil }
        var answer = SQLAnswer(to: text, of: query)
        let keyTexts = query.rows?.keyTexts ?? [:]
        for (place, column) in columns.enumerated() {
            if let template = keyTexts[place] {
                var filled: [UInt8] = []
                text.withBytes { template.fill(with: SplitValue($0), into: &filled) { $1.append(contentsOf: $0) } }
                filled.withUnsafeBufferPointer { answer.add($0) }
            } else if let column, !column.isEmpty {
                answer.add(column)
            }
        }
        guard case .success(let value?) = answer.value() else { return nil }
        self.init(key: text, value: value)
    }
}
