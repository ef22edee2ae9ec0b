import GRDB
import GRDBSQLite
import LookupTables

extension SQLiteConnection: InspectableConnection {
    func inspect(
        _ statement: [UInt8], time: Duration, row: ([UnsafeBufferPointer<UInt8>?]) -> Bool
    ) throws(InspectionFailure) {
        do {
            try queue.read { database in
                limit.begin(time)
                defer { limit.begin() }
                let text = String(decoding: statement, as: UTF8.self)
                guard let prepared = try database.allStatements(sql: text).next() else { return }
                prepared.setUncheckedArguments(StatementArguments())
                let rows = try Row.fetchCursor(prepared)
                let handle = prepared.sqliteStatement
                var columns: [UnsafeBufferPointer<UInt8>?] = []
                while try rows.next() != nil {
                    columns.removeAll(keepingCapacity: true)
                    for number in 0..<sqlite3_column_count(handle) {
                        columns.append(Self.column(handle, number))
                    }
                    guard row(columns) else { return }
                }
            }
        } catch {
            let code = (error as? DatabaseError).map { Int($0.resultCode.rawValue) } ?? 0
            throw InspectionFailure(.statement, code: code, Self.text(error))
        }
    }

    /// sqlite_table(5)
    var answersWithFirstColumn: Bool { true }

    private static func column(_ handle: OpaquePointer, _ number: Int32) -> UnsafeBufferPointer<UInt8>? {
        guard sqlite3_column_type(handle, number) != SQLITE_NULL else { return nil }
        let text = sqlite3_column_text(handle, number)
        return UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(handle, number)))
    }

    func statement(of query: SQLQuery, for key: String) -> [UInt8] {
        var statement: [UInt8] = []
        query.write(key, into: &statement) { OpenQuote.append($0, to: &$1) }
        return statement
    }
}
