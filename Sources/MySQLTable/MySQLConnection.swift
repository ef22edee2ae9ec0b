import CMariaDB
import Glibc
import LookupTables

/// A connection to a MySQL or MariaDB server, over libmariadb.
///
/// Statements leave pipelined: several are written before the first answer is read, which comes in their order.
final class MySQLConnection: SQLConnection {
    let handle: UnsafeMutablePointer<MYSQL>
    let host: DatabaseHost
    private let readTimeout: UInt32
    private var statement: [UInt8] = []
    /// The longest statement that the server takes: `max_allowed_packet`.
    var longestStatement = 1024
    /// Maps whose key column makes them unfit to be asked together, and until when that is believed.
    var unfit: [ObjectIdentifier: ContinuousClock.Instant] = [:]
    var collation = PlainCollation()

    /// So many statements, or so many bytes, are written ahead of the answers. Both sides' socket buffers hold
    /// that much, so neither can wait for the other to read.
    private static let window = 32
    static let windowBytes = 16 * 1024

    init(_ connector: MySQLConnector, host: DatabaseHost) throws(ConnectionLoss) {
        guard mysql_server_init(0, nil, nil) == 0, let handle = mysql_init(nil) else {
            throw ConnectionLoss("connect to mysql server \(host): out of memory")
        }
        self.handle = handle
        self.host = host
        readTimeout = connector.timeouts.read
        try open(connector)
    }

    deinit { mysql_close(handle) }

    // MARK: Asking

    func ask(
        _ questions: ArraySlice<SQLQuestion>, until deadline: ContinuousClock.Instant,
        reply: (SQLReply) -> Void
    ) throws(ConnectionLoss) {
        var rest = questions
        while !rest.isEmpty {
            try watchingTheClock { () throws(ConnectionLoss) in
                let statements = try send(rest)
                for (question, statement) in zip(rest, statements) {
                    guard let statement else {
                        reply(SQLReply(.failure(tooLong(question)), host: host.description))
                        continue
                    }
                    guard ContinuousClock.now < deadline else { throw ConnectionLoss.tooLate }
                    let result = try receive(question, until: deadline)
                    reply(SQLReply(result, statement: statement, host: host.description))
                }
                rest = rest.dropFirst(statements.count)
            }
        }
    }

    /// Tells a server that hangs from one that is gone: the library has one number for both.
    func watchingTheClock(_ body: () throws(ConnectionLoss) -> Void) throws(ConnectionLoss) {
        let start = ContinuousClock.now
        do throws(ConnectionLoss) {
            try body()
        } catch {
            let isTimeout = mysql_errno(handle) != 0 && .now - start >= .seconds(Int(readTimeout))
            throw ConnectionLoss(error.description, isTimeout: isTimeout)
        }
    }

    /// Writes as many statements as may be ahead of their answers, at least one.
    /// - Returns: the texts of those sent, empty ones where nobody looks; nil for one that the server would close
    ///   the connection on.
    private func send(_ questions: ArraySlice<SQLQuestion>) throws(ConnectionLoss) -> [String?] {
        var texts: [String?] = []
        texts.reserveCapacity(min(questions.count, Self.window))
        var bytes = 0
        for question in questions.prefix(Self.window) {
            statement.removeAll(keepingCapacity: true)
            question.query.write(question.key, into: &statement, quote: quote)
            guard statement.count < longestStatement else {
                texts.append(nil)
                continue
            }
            guard bytes == 0 || bytes + statement.count <= Self.windowBytes else { break }
            bytes += statement.count
            try send(statement)
            texts.append(question.isObserved ? String(decoding: statement, as: UTF8.self) : "")
        }
        return texts
    }

    func send(_ statement: [UInt8]) throws(ConnectionLoss) {
        let result = statement.withUnsafeBytes { buffer in
            mysql_send_query(
                handle, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), UInt(buffer.count))
        }
        guard result == 0 else { throw loss }
    }

    /// Escapes for the connection's character set and its server's mode: mysql_real_escape_string.
    func quote(_ value: Slice<UnsafeBufferPointer<UInt8>>, into statement: inout [UInt8]) {
        let value = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: value))
        guard let source = value.baseAddress, !value.isEmpty else { return }
        let start = statement.count
        statement.append(contentsOf: repeatElement(0, count: value.count * 2 + 1))
        let written = statement.withUnsafeMutableBytes { buffer in
            mysql_real_escape_string(
                handle, buffer.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) },
                source.assumingMemoryBound(to: CChar.self), UInt(value.count))
        }
        statement.removeLast(statement.count - start - Int(written))
    }

    /// Reads everything that one statement answers, so that the next answer is the next statement's.
    private func receive(
        _ question: SQLQuestion, until deadline: ContinuousClock.Instant
    ) throws(ConnectionLoss) -> Result<String?, LookupFailure> {
        guard readAnswer() else { return try failure(of: question) }
        var answer = SQLAnswer(to: question.key, of: question.query)
        var resultSets = 0
        while true {
            if let result = mysql_use_result(handle) {
                defer { mysql_free_result(result) }
                resultSets += 1
                try read(result, into: &answer, until: deadline)
            }
            guard mysql_errno(handle) == 0 else { return try failure(of: question) }
            let next = mysql_next_result(handle)
            if next < 0 { break }
            guard next == 0 else { return try failure(of: question) }
        }
        switch resultSets {
        case 1: return answer.value()
        case 0 where !question.query.requiresResultSet: return .success(nil)
        case 0:
            return .failure(
                question.query.failure(
                    .result, "query failed: query returned no result set (require_result_set = yes)"))
        default:
            return .failure(
                question.query.failure(
                    .result, "query failed: multiple result sets returning data are not supported"))
        }
    }

    /// Reads the beginning of the next statement's answer.
    /// - Returns: false where it is an error.
    func readAnswer() -> Bool {
        // Of an earlier statement; the library clears it only when it sends.
        handle.pointee.net.last_errno = 0
        return mysql_read_query_result(handle) == 0
    }

    private func read(
        _ result: UnsafeMutablePointer<MYSQL_RES>, into answer: inout SQLAnswer,
        until deadline: ContinuousClock.Instant
    ) throws(ConnectionLoss) {
        let columns = Int(mysql_num_fields(result))
        var rows = 0
        while let row = mysql_fetch_row(result), let lengths = mysql_fetch_lengths(result) {
            rows += 1
            // Also an answer that is too long is read to its end, but not for ever.
            if rows.isMultiple(of: 1024), .now >= deadline {
                // Or else freeing the result would read on.
                shutdown(mysql_get_socket(handle), Int32(SHUT_RDWR))
                throw .tooLate
            }
            guard !answer.isFull else { continue }
            for column in 0..<columns {
                guard let value = row[column] else { continue }
                value.withMemoryRebound(to: UInt8.self, capacity: Int(lengths[column])) { bytes in
                    answer.add(UnsafeBufferPointer(start: bytes, count: Int(lengths[column])))
                }
            }
        }
    }

    // MARK: Errors

    private func tooLong(_ question: SQLQuestion) -> LookupFailure {
        question.query.failure(
            .statement,
            "query failed: the statement would be longer than the server's max_allowed_packet, \(longestStatement)"
        )
    }

    private func failure(of question: SQLQuestion) throws(ConnectionLoss) -> Result<String?, LookupFailure> {
        guard !isConnectionError(mysql_errno(handle)) else { throw loss }
        return .failure(question.query.failure(.statement, "query failed: \(errorText)"))
    }

    var loss: ConnectionLoss { ConnectionLoss("mysql server \(host): \(errorText)") }

    var errorText: String { String(cString: mysql_error(handle)) }

    /// Errors of the client library, and those of a server that ends the connection or cannot work now; others
    /// are about the statement alone.
    func isConnectionError(_ number: UInt32) -> Bool {
        switch number {
        case 2000..<3000, UInt32(ER_CONNECTION_KILLED), UInt32(ER_SERVER_SHUTDOWN),
            UInt32(ER_NEW_ABORTING_CONNECTION),
            UInt32(ER_ABORTING_CONNECTION), 1047,  // a Galera node that is out of its cluster
            1158...1161,  // a packet could not be read or written in time
            4031:  // MySQL: idle for longer than wait_timeout
            true
        default:
            false
        }
    }
}
