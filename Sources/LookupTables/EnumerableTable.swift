/// A table whose entries can be gone through, however many they are, with bounded memory.
///
/// File kinds can be as they are; a SQL map can where its statement asks one table for one value
/// (`SELECT x FROM t WHERE col = '%s'`), so that the statement without the key lists it. Tables of patterns and
/// remote services have answers, not entries: they are no such table, or say why in ``obstacle``.
public protocol EnumerableTable: LookupTable {
    /// Why the entries cannot be gone through, in the operator's words; nil where they can.
    var obstacle: String? { get }

    /// Hands out the entries, a batch at a time and in no promised order.
    ///
    /// A key whose answer is made of several rows comes once for each of them. Keys are as they are stored, so they
    /// may have capital letters that a lookup would find all the same.
    ///
    /// - Parameter body: keep it short (collect now, look closer later), since a database may hold a snapshot for as
    ///   long as it is read. Returns whether to go on.
    /// - Throws: where the table could not be read to its end; what was handed out before is a part of it.
    func forEachBatch(_ body: ([TableEntry]) async -> Bool) async throws(LookupFailure)
}

/// A key and what a lookup of it answers, or contributes to the answer.
public struct TableEntry: Hashable, Sendable {
    public let key: String
    public let value: String

    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

extension LookupTable {
    /// The table as one that can be gone through; nil where its kind cannot.
    public var enumerable: (any EnumerableTable)? { self as? any EnumerableTable }

    /// Why the entries cannot be gone through; nil where they can.
    public var enumerationObstacle: String? {
        guard let enumerable else {
            return keys == .whole
                ? "\(name) answers by rules or from a service, and has no list of its keys"
                : "\(name) cannot list its keys"
        }
        return enumerable.obstacle
    }
}

extension ListableTable {
    public var obstacle: String? { nil }

    public func forEachBatch(_ body: ([TableEntry]) async -> Bool) async throws(LookupFailure) {
        let entries = try await entries()
        for start in stride(from: 0, to: entries.count, by: EntryPassage.batchSize) {
            let batch = entries[start...].prefix(EntryPassage.batchSize)
            guard await body(batch.map { TableEntry(key: $0.key, value: $0.value) }) else { return }
        }
    }
}

extension StoredTable {
    public var obstacle: String? { nil }

    /// Entries that are not UTF-8 are left out: no address is.
    public func forEachBatch(_ body: ([TableEntry]) async -> Bool) async throws(LookupFailure) {
        try await EntryPassage.run(table: contentName, body) { put throws(LookupFailure) in
            var batch: [TableEntry] = []
            do {
                try self.forEachEntry { key, value in
                    guard let key = String(validating: key, as: UTF8.self),
                        let value = String(validating: value, as: UTF8.self)
                    else { return }
                    batch.append(TableEntry(key: key, value: value))
                    guard batch.count >= EntryPassage.batchSize else { return }
                    guard put(batch) else { throw EntryPassage.Stop() }
                    batch.removeAll(keepingCapacity: true)
                }
            } catch is EntryPassage.Stop {
                return
            } catch let failure as LookupFailure {
                throw failure
            } catch {
                throw LookupFailure(table: self.contentName, cause: .unavailable, reason: "\(error)")
            }
            _ = put(batch)
        }
    }
}
