import CMariaDB
import Glibc
import LookupTables

extension MySQLConnection: InspectableConnection {
    func inspect(
        _ statement: [UInt8], time: Duration, row: ([UnsafeBufferPointer<UInt8>?]) -> Bool
    ) throws(InspectionFailure) {
        // The limit of the session is for lookups; a whole table takes longer than one of them may.
        let seconds = max(1, Int(time.components.seconds))
        let limit =
            mariadb_connection(handle) != 0
            ? "max_statement_time = \(seconds)" : "max_execution_time = \(seconds * 1000)"
        guard mysql_query(handle, "SET SESSION \(limit), sql_select_limit = DEFAULT") == 0 else { throw inspectionFailure }
        do throws(ConnectionLoss) {
            try send(statement)
        } catch {
            throw inspectionFailure
        }
        guard readAnswer() else { throw inspectionFailure }
        guard let result = mysql_use_result(handle) else {
            guard mysql_errno(handle) == 0 else { throw inspectionFailure }
            return
        }
        defer { mysql_free_result(result) }
        let width = Int(mysql_num_fields(result))
        var columns: [UnsafeBufferPointer<UInt8>?] = []
        while let values = mysql_fetch_row(result), let lengths = mysql_fetch_lengths(result) {
            columns.removeAll(keepingCapacity: true)
            for number in 0..<width {
                columns.append(
                    values[number].map { text in
                        UnsafeBufferPointer(
                            start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self),
                            count: Int(lengths[number]))
                    })
            }
            guard row(columns) else {
                // Or else freeing the result would read all the rest.
                shutdown(mysql_get_socket(handle), Int32(SHUT_RDWR))
                return
            }
        }
        guard mysql_errno(handle) == 0 else { throw inspectionFailure }
    }

    func statement(of query: SQLQuery, for key: String) -> [UInt8] {
        var statement: [UInt8] = []
        query.write(key, into: &statement, quote: quote)
        return statement
    }

    private var inspectionFailure: InspectionFailure {
        let code = mysql_errno(handle)
        return InspectionFailure(
            isConnectionError(code) ? .connection : .statement, code: Int(code), errorText)
    }
}
