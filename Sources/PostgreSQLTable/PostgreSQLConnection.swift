import CPostgreSQL
import Glibc
import LookupTables

/// A connection to a PostgreSQL server, over libpq in pipeline mode.
///
///     C: Parse Bind Execute Sync  Parse Bind Execute Sync  …
///     S:                          rows ReadyForQuery  error ReadyForQuery  …
///
/// Each statement has a Sync of its own, so that an error ends that one alone and what a function has written stays
/// written. The extended protocol takes one command at a time, whatever a key may hold.
final class PostgreSQLConnection: SQLConnection {
    let handle: OpaquePointer
    let host: DatabaseHost
    let patience: Duration
    var quoting: Quoting
    private var statement: [UInt8] = []

    /// So many statements are written ahead of the answers, so that what waits in memory is bounded. Nothing blocks:
    /// while the server does not read, its answers are.
    private static let window = 64

    init(_ connector: PostgreSQLConnector, host: DatabaseHost) throws(ConnectionLoss) {
        handle = try Self.open(connector, host)
        self.host = host
        patience = connector.timeouts.statement
        quoting = Quoting(connection: handle)
    }

    deinit { PQfinish(handle) }

    private static func open(
        _ connector: PostgreSQLConnector, _ host: DatabaseHost
    ) throws(ConnectionLoss) -> OpaquePointer {
        let parameters = connector.parameters(for: host)
        let keywords = parameters.map { strdup($0.keyword) }
        let values = parameters.map { strdup($0.value) }
        defer { (keywords + values).forEach { free($0) } }
        guard
            let handle = PQconnectdbParams(
                keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
        else { throw ConnectionLoss("connect to pgsql server \(host): out of memory") }
        guard PQstatus(handle) == CONNECTION_OK, PQsetnonblocking(handle, 1) == 0,
            PQenterPipelineMode(handle) == 1
        else {
            defer { PQfinish(handle) }
            throw ConnectionLoss("connect to pgsql server \(host): \(ServerMessage.text(of: handle))")
        }
        // The library would print what a server has to remark.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        return handle
    }

    // MARK: Asking

    func ask(
        _ questions: ArraySlice<SQLQuestion>, until deadline: ContinuousClock.Instant,
        reply: (SQLReply) -> Void
    ) throws(ConnectionLoss) {
        var rest = questions
        while !rest.isEmpty {
            let window = rest.prefix(Self.window)
            var sent: [Sent] = []
            sent.reserveCapacity(window.count)
            for question in window { sent.append(try send(question)) }
            for (question, sent) in zip(window, sent) {
                let result =
                    if let refusal = sent.refusal { Result<String?, LookupFailure>.failure(refusal) } else {
                        try receive(question, until: deadline)
                    }
                reply(SQLReply(result, statement: sent.text, host: host.description))
            }
            rest = rest.dropFirst(window.count)
        }
    }

    private struct Sent {
        /// Empty where nobody looks.
        let text: String
        /// Why the statement was not sent.
        var refusal: LookupFailure?
    }

    private func send(_ question: SQLQuestion) throws(ConnectionLoss) -> Sent {
        statement.removeAll(keepingCapacity: true)
        if let reason = quoting.write(question, into: &statement) {
            return Sent(text: "", refusal: question.query.failure(.statement, "query not sent: \(reason)"))
        }
        let text = question.isObserved ? String(decoding: statement, as: UTF8.self) : ""
        statement.append(0)
        let isQueued = statement.withUnsafeBytes { bytes in
            PQsendQueryParams(
                handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), 0, nil, nil, nil, nil, 0) == 1
                && PQpipelineSync(handle) == 1
        }
        guard isQueued else { throw loss }
        return Sent(text: text)
    }

    /// Reads everything that one statement answers, so that the next answer is the next statement's. Rows come one by
    /// one, so that those of a mistaken statement do not fill the memory.
    private func receive(
        _ question: SQLQuestion, until deadline: ContinuousClock.Instant
    ) throws(ConnectionLoss) -> Result<String?, LookupFailure> {
        let limit = ContinuousClock.now + patience
        PQsetSingleRowMode(handle)
        var answer = SQLAnswer(to: question.key, of: question.query)
        var failure: LookupFailure?
        while let result = try nextResult(until: deadline, limit: limit) {
            defer { PQclear(result) }
            if let reason = try read(result, into: &answer) {
                failure = question.query.failure(.statement, "query failed: \(reason)")
            }
        }
        guard let sync = try nextResult(until: deadline, limit: limit) else { throw loss }
        defer { PQclear(sync) }
        guard PQresultStatus(sync) == PGRES_PIPELINE_SYNC else { throw loss }
        return failure.map { .failure($0) } ?? answer.value()
    }

    /// - Returns: why the server refuses the statement; nil where it does not.
    private func read(_ result: OpaquePointer, into answer: inout SQLAnswer) throws(ConnectionLoss) -> String?
    {
        switch PQresultStatus(result) {
        case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK:
            addRows(result, to: &answer)
            return nil
        case PGRES_COMMAND_OK:
            return nil
        case PGRES_EMPTY_QUERY:
            return "the statement is empty"
        case PGRES_FATAL_ERROR:
            let message = ServerMessage(result)
            guard !message.endsConnection, PQstatus(handle) == CONNECTION_OK else {
                throw ConnectionLoss("pgsql server \(host): \(message.text)")
            }
            return message.text
        default:
            // COPY, which would go on and on.
            throw ConnectionLoss("pgsql server \(host): the statement's answer is no table")
        }
    }

    private func addRows(_ result: OpaquePointer, to answer: inout SQLAnswer) {
        let columns = PQnfields(result)
        for row in 0..<PQntuples(result) {
            for column in 0..<columns where PQgetisnull(result, row, column) == 0 {
                guard !answer.isFull, let value = PQgetvalue(result, row, column) else { continue }
                let count = Int(PQgetlength(result, row, column))
                value.withMemoryRebound(to: UInt8.self, capacity: count) { bytes in
                    answer.add(UnsafeBufferPointer(start: bytes, count: count))
                }
            }
        }
    }

    // MARK: Waiting

    /// The next result of the pipeline; nil after the last of a statement.
    func nextResult(
        until deadline: ContinuousClock.Instant, limit: ContinuousClock.Instant
    ) throws(ConnectionLoss) -> OpaquePointer? {
        while PQisBusy(handle) == 1 {
            let now = ContinuousClock.now
            guard now < limit else {
                throw ConnectionLoss("pgsql server \(host): no answer in \(patience)", isTimeout: true)
            }
            guard now < deadline else { throw .tooLate }
            try wait(min(deadline, limit) - now)
        }
        return PQgetResult(handle)
    }

    /// Moves bytes in either direction, as soon as some can be moved.
    private func wait(_ duration: Duration) throws(ConnectionLoss) {
        let unsent = PQflush(handle)
        guard unsent >= 0 else { throw loss }
        var socket = pollfd(
            fd: PQsocket(handle), events: Int16(unsent > 0 ? POLLIN | POLLOUT : POLLIN), revents: 0)
        let milliseconds = Int32(clamping: Int(duration / .milliseconds(1)) + 1)
        let ready = poll(&socket, 1, milliseconds)
        guard ready >= 0 || errno == EINTR else {
            throw ConnectionLoss("pgsql server \(host): poll: \(String(cString: strerror(errno)))")
        }
        if ready > 0, socket.revents & ~Int16(POLLOUT) != 0, PQconsumeInput(handle) == 0 { throw loss }
    }

    var loss: ConnectionLoss {
        ConnectionLoss("pgsql server \(host): \(ServerMessage.text(of: handle))")
    }
}
