import LookupTables

/// A table of a parameter's list, as far as its rows can be gone through.
struct SurveyedMap: Sendable {
    let parameter: String
    /// Its place in the list: 0 is asked first.
    let position: Int
    let table: any LookupTable
    /// Rows that were read.
    var rows = 0
    /// Why it was not read to its end; nil where it was.
    var obstacle: String?

    var name: String { table.name }
    var isRead: Bool { obstacle == nil }

    init(parameter: String, position: Int, table: any LookupTable) {
        self.parameter = parameter
        self.position = position
        self.table = table
    }

    /// The table as SQL, for cures that name its columns.
    var sql: SQLTable? { table as? SQLTable }
}

/// A row as a rule sees it: `values` are nil for NULL, and good for the time of the call.
struct MapRow {
    let key: [UInt8]?
    let values: ArraySlice<UnsafeBufferPointer<UInt8>?>
}

extension SurveyedMap {
    /// How long a server may work on one statement.
    private static let time = Duration.seconds(900)

    /// Goes through the rows where that can be done.
    ///
    /// - Parameters:
    ///   - draft: taken for as long as the reading takes; nobody else needs it meanwhile.
    ///   - take: given a row; returns nothing, since all are wanted.
    mutating func read<Draft>(
        into draft: SharedDraft<Draft>, take: @escaping @Sendable (inout Draft, MapRow) -> Void
    ) async {
        do throws(LookupFailure) {
            if let sql {
                try await read(sql, into: draft, take)
            } else if let enumerable = table.enumerable, enumerable.obstacle == nil {
                try await read(enumerable, into: draft, take)
            } else {
                obstacle = table.enumerationObstacle ?? "its rows cannot be listed"
            }
        } catch {
            obstacle = error.reason
        }
    }

    private mutating func read<Draft>(
        _ sql: SQLTable, into draft: SharedDraft<Draft>,
        _ take: @escaping @Sendable (inout Draft, MapRow) -> Void
    ) async throws(LookupFailure) {
        if let reason = sql.wholeObstacle {
            obstacle = reason
            return
        }
        do throws(InspectionFailure) {
            rows = try await sql.pool.inspect { connection throws(InspectionFailure) in
                try draft.change { draft throws(InspectionFailure) in
                    var rows = 0
                    try sql.forEachRow(over: connection, time: Self.time) { row in
                        rows += 1
                        take(&draft, MapRow(key: row.key, values: row.values))
                        return true
                    }
                    return rows
                }
            }
        } catch {
            obstacle = error.description
        }
    }

    private mutating func read<Draft>(
        _ table: any EnumerableTable, into draft: SharedDraft<Draft>,
        _ take: @escaping @Sendable (inout Draft, MapRow) -> Void
    ) async throws(LookupFailure) {
        var rows = 0
        try await table.forEachBatch { batch in
            rows += batch.count
            draft.change { draft in
                for entry in batch {
                    entry.value.withContiguousBytes { value in
                        take(&draft, MapRow(key: Array(entry.key.utf8), values: [value]))
                    }
                }
            }
            return true
        }
        self.rows = rows
    }
}

extension String {
    fileprivate func withContiguousBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        var copy = self
        copy.withUTF8(body)
    }
}
