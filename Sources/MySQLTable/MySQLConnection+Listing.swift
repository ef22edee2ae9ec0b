import CMariaDB
import Glibc
import LookupTables

extension MySQLConnection {
    func list(
        _ listing: SQLListing,
        row: (_ key: UnsafeBufferPointer<UInt8>?, _ columns: [UnsafeBufferPointer<UInt8>?]) -> Bool
    ) throws(ConnectionLoss) -> String? {
        // The limit is for lookups; a table of millions takes longer than one of them may.
        let limit = mariadb_connection(handle) != 0 ? "max_statement_time" : "max_execution_time"
        guard mysql_query(handle, "SET SESSION \(limit) = 0, sql_select_limit = DEFAULT") == 0 else {
            return try refusal()
        }
        try send(listing.statement)
        guard readAnswer() else { return try refusal() }
        guard let result = mysql_use_result(handle) else { return try refusal() }
        defer { mysql_free_result(result) }
        let width = Int(mysql_num_fields(result))
        while let values = mysql_fetch_row(result), let lengths = mysql_fetch_lengths(result) {
            func column(_ number: Int) -> UnsafeBufferPointer<UInt8>? {
                values[number].map { text in
                    UnsafeBufferPointer(
                        start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self),
                        count: Int(lengths[number]))
                }
            }
            guard row(column(0), (1..<width).map(column)) else {
                // Or else freeing the result would read all the rest.
                shutdown(mysql_get_socket(handle), Int32(SHUT_RDWR))
                return nil
            }
        }
        return mysql_errno(handle) == 0 ? nil : try refusal()
    }

    private func refusal() throws(ConnectionLoss) -> String {
        guard mysql_errno(handle) != 0, !isConnectionError(mysql_errno(handle)) else { throw loss }
        return "query failed: \(errorText)"
    }
}
