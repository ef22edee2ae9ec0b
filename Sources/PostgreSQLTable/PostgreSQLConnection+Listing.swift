import CPostgreSQL
import LookupTables

extension PostgreSQLConnection {
    func list(
        _ listing: SQLListing,
        row: (_ key: UnsafeBufferPointer<UInt8>?, _ columns: [UnsafeBufferPointer<UInt8>?]) -> Bool
    ) throws(ConnectionLoss) -> String? {
        try send(listing.statement)
        PQsetSingleRowMode(handle)
        var refusal: String?
        // A row may be waited for as long as a lookup's answer.
        while let result = try nextResult(until: .now + patience, limit: .now + patience) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK:
                let width = PQnfields(result)
                for number in 0..<PQntuples(result) {
                    let key = value(result, number, 0)
                    // The connection is let go, and the rest with it.
                    guard row(key, (1..<width).map { value(result, number, $0) }) else { return nil }
                }
            default:
                refusal = "query failed: \(ServerMessage(result).text)"
            }
        }
        return refusal
    }

    private func send(_ statement: [UInt8]) throws(ConnectionLoss) {
        let isQueued = (statement + [0]).withUnsafeBytes { bytes in
            PQsendQueryParams(
                handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), 0, nil, nil, nil, nil, 0) == 1
                && PQpipelineSync(handle) == 1
        }
        guard isQueued else { throw loss }
    }

    private func value(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> UnsafeBufferPointer<UInt8>? {
        guard PQgetisnull(result, row, column) == 0, let text = PQgetvalue(result, row, column) else {
            return nil
        }
        return UnsafeBufferPointer(
            start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self),
            count: Int(PQgetlength(result, row, column)))
    }
}
