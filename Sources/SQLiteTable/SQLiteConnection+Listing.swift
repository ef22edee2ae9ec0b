import GRDB
import GRDBSQLite
import LookupTables

extension SQLiteConnection {
    func list(
        _ listing: SQLListing,
        row: (_ key: UnsafeBufferPointer<UInt8>?, _ columns: [UnsafeBufferPointer<UInt8>?]) -> Bool
    ) throws(ConnectionLoss) -> String? {
        do {
            try queue.read { database in
                let statement = try database.makeStatement(
                    sql: String(decoding: listing.statement, as: UTF8.self))
                limit.begin()
                let rows = try Row.fetchCursor(statement)
                func column(_ number: Int32) -> UnsafeBufferPointer<UInt8>? {
                    guard let text = sqlite3_column_text(statement.sqliteStatement, number) else { return nil }
                    let count = Int(sqlite3_column_bytes(statement.sqliteStatement, number))
                    return UnsafeBufferPointer(start: text, count: count)
                }
                // A sqlite map uses the first column that it selects.
                while try rows.next() != nil, row(column(0), [column(1)]) { limit.begin() }
            }
            return nil
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
            return Self.text(error)
        } catch {
            throw ConnectionLoss("database \(path): \(Self.text(error))")
        }
    }
}
