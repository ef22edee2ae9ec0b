import CPostgreSQL
import LookupTables

extension PostgreSQLConnection: InspectableConnection {
    func inspect(
        _ statement: [UInt8], time: Duration, row: ([UnsafeBufferPointer<UInt8>?]) -> Bool
    ) throws(InspectionFailure) {
        let isQueued = (statement + [0]).withUnsafeBytes { bytes in
            PQsendQueryParams(
                handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), 0, nil, nil, nil, nil, 0) == 1
                && PQpipelineSync(handle) == 1
        }
        guard isQueued else { throw InspectionFailure(loss) }
        let deadline = ContinuousClock.now + time
        var refusal: String?
        PQsetSingleRowMode(handle)
        do throws(ConnectionLoss) {
            while let result = try nextResult(until: deadline, limit: deadline) {
                defer { PQclear(result) }
                switch PQresultStatus(result) {
                case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK:
                    for number in 0..<PQntuples(result) {
                        guard row(Self.columns(result, number)) else { return }
                    }
                case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: continue
                default: refusal = ServerMessage(result).text
                }
            }
            // The end of the pipeline's round.
            if let sync = try nextResult(until: deadline, limit: deadline) { PQclear(sync) }
        } catch {
            throw InspectionFailure(error)
        }
        if let refusal { throw InspectionFailure(.statement, refusal) }
    }

    private static func columns(_ result: OpaquePointer, _ row: Int32) -> [UnsafeBufferPointer<UInt8>?] {
        (0..<PQnfields(result)).map { column in
            guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else {
                return nil
            }
            return UnsafeBufferPointer(
                start: UnsafeRawPointer(value).assumingMemoryBound(to: UInt8.self),
                count: Int(PQgetlength(result, row, column)))
        }
    }

    func statement(of query: SQLQuery, for key: String) -> [UInt8] {
        var statement: [UInt8] = []
        _ = quoting.write(SQLQuestion(query: query, key: key), into: &statement)
        return statement
    }
}
