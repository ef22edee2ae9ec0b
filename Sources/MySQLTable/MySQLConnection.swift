import CMariaDB
import Glibc
import LookupTables

/// A connection to a MySQL or MariaDB server, over libmariadb.
///
/// Statements leave pipelined: several are written before the first answer is read, which comes in their order.
final class MySQLConnection: SQLConnection {
    private let handle: UnsafeMutablePointer<MYSQL>
    private let host: DatabaseHost
    private let readTimeout: UInt32
    private var statement: [UInt8] = []
    /// The longest statement that the server takes: `max_allowed_packet`.
    private var longestStatement = 1024
    /// Maps whose key column makes them unfit to be asked together, and until when that is believed.
    private var unfit: [ObjectIdentifier: ContinuousClock.Instant] = [:]
    private var collation = PlainCollation()

    /// So many statements, or so many bytes, are written ahead of the answers. Both sides' socket buffers hold
    /// that much, so neither can wait for the other to read.
    private static let window = 32
    private static let windowBytes = 16 * 1024

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

    private func open(_ connector: MySQLConnector) throws(ConnectionLoss) {
        setOptions(connector)
        var (name, path, port): (String?, String?, UInt32) = (nil, nil, 0)
        switch host.place {
        case .unix(let socket):
            // Without a path, the one of the option file or the library's own.
            name = "localhost"
            path = socket
        case .inet(let address, let number):
            name = address
            port = UInt32(number ?? 0)
            set(MYSQL_OPT_PROTOCOL, UInt32(MYSQL_PROTOCOL_TCP.rawValue))
        }
        // CLIENT_MULTI_RESULTS: a stored procedure answers with its result set and a status.
        let flags = UInt(CLIENT_MULTI_RESULTS)
        guard
            mysql_real_connect(
                handle, name, connector.user, connector.password, connector.database, port, path, flags)
                != nil
        else { throw ConnectionLoss("connect to mysql server \(host): \(errorText)") }
        // The library goes on in clear with a server that has no TLS.
        if connector.tls.isUsed, mysql_get_ssl_cipher(handle) == nil {
            throw ConnectionLoss(
                "connect to mysql server \(host): the server has no TLS, which the tls_ settings ask for")
        }
        // An option file may name another character set, and would have the last word.
        if String(cString: mysql_character_set_name(handle)) != connector.charset,
            mysql_set_character_set(handle, connector.charset) != 0
        {
            throw ConnectionLoss("mysql server \(host): charset \(connector.charset): \(errorText)")
        }
        try requireBackslashEscapes()
        try readLongestStatement()
    }

    private func setOptions(_ connector: MySQLConnector) {
        if let file = connector.optionFile { mysql_options(handle, MYSQL_READ_DEFAULT_FILE, file) }
        if let group = connector.optionGroup { mysql_options(handle, MYSQL_READ_DEFAULT_GROUP, group) }
        mysql_options(handle, MYSQL_SET_CHARSET_NAME, connector.charset)
        set(MYSQL_OPT_CONNECT_TIMEOUT, connector.timeouts.connect)
        set(MYSQL_OPT_READ_TIMEOUT, connector.timeouts.read)
        set(MYSQL_OPT_WRITE_TIMEOUT, connector.timeouts.write)
        // A server must not be able to ask for files of this machine.
        set(MYSQL_OPT_LOCAL_INFILE, 0)
        let tls = connector.tls
        if tls.isUsed {
            mysql_ssl_set(
                handle, tls.key, tls.certificate, tls.authority, tls.authorityDirectory, tls.ciphers)
            var verifies: my_bool = tls.verifiesCertificate ? 1 : 0
            mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verifies)
            var enforces: my_bool = 1
            mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &enforces)
        }
    }

    private func set(_ option: mysql_option, _ value: UInt32) {
        var value = value
        mysql_options(handle, option, &value)
    }

    /// With NO_BACKSLASH_ESCAPES a value could only be quoted for one kind of quotation mark; templates use both.
    private func requireBackslashEscapes() throws(ConnectionLoss) {
        guard handle.pointee.server_status & UInt32(SERVER_STATUS_NO_BACKSLASH_ESCAPES) != 0 else { return }
        let statement = "SET SESSION sql_mode = REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', '')"
        guard mysql_query(handle, statement) == 0,
            handle.pointee.server_status & UInt32(SERVER_STATUS_NO_BACKSLASH_ESCAPES) == 0
        else { throw ConnectionLoss("mysql server \(host): cannot unset NO_BACKSLASH_ESCAPES: \(errorText)") }
    }

    private func readLongestStatement() throws(ConnectionLoss) {
        guard mysql_query(handle, "SELECT @@max_allowed_packet") == 0, let result = mysql_store_result(handle)
        else { throw loss }
        defer { mysql_free_result(result) }
        guard let row = mysql_fetch_row(result), let text = row[0], let bytes = Int(String(cString: text))
        else { return }
        longestStatement = max(longestStatement, bytes)
    }

    // MARK: Asking together

    /// So many values in one statement. MariaDB makes a subquery of a list of 1000.
    private static let valuesTogether = 250
    private static let unfitness: Duration = .seconds(60)

    func askTogether(
        _ questions: ArraySlice<SQLQuestion>, until deadline: ContinuousClock.Instant,
        reply: (Int, SQLReply) -> Void
    ) throws(ConnectionLoss) {
        let plan = SharedQuestion.plan(
            questions, limit: Self.valuesTogether, bytes: min(Self.windowBytes, longestStatement) / 2,
            isWelcome: isFit)
        guard !plan.isEmpty else { return }
        try watchingTheClock { () throws(ConnectionLoss) in
            var sent = 0
            var sizes: [Int] = []
            for (number, shared) in plan.enumerated() {
                while sent < plan.count,
                    sent == number || sizes[number...].reduce(0, +) < Self.windowBytes / 2
                {
                    statement.removeAll(keepingCapacity: true)
                    SharedStatement.write(plan[sent], into: &statement)
                    try sendStatement()
                    sizes.append(statement.count)
                    sent += 1
                }
                guard ContinuousClock.now < deadline else { throw ConnectionLoss.tooLate }
                try receive(shared, questions, reply)
            }
        }
    }

    private func isFit(_ query: SQLQuery) -> Bool {
        guard let end = unfit[ObjectIdentifier(query)] else { return true }
        guard end <= .now else { return false }
        unfit[ObjectIdentifier(query)] = nil
        return true
    }

    private func receive(
        _ shared: SharedQuestion, _ questions: ArraySlice<SQLQuestion>, _ reply: (Int, SQLReply) -> Void
    ) throws(ConnectionLoss) {
        guard mysql_read_query_result(handle) == 0, let result = mysql_use_result(handle) else {
            // An error is not all these keys' error: each is asked alone.
            guard mysql_errno(handle) != 0, !isConnectionError(mysql_errno(handle)) else { throw loss }
            return
        }
        defer { mysql_free_result(result) }
        var isSuited = ResultColumn(result, 0).isText
        var answer = SharedAnswer(to: shared)
        let width = Int(mysql_num_fields(result))
        while let row = mysql_fetch_row(result), let lengths = mysql_fetch_lengths(result) {
            guard isSuited else { continue }
            func column(_ number: Int) -> UnsafeBufferPointer<UInt8>? {
                row[number].map { text in
                    UnsafeBufferPointer(
                        start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self),
                        count: Int(lengths[number]))
                }
            }
            guard collation.accepts(column(1)) else {
                isSuited = false
                continue
            }
            answer.beginRow(column(0))
            for number in SharedStatement.ownColumns..<width { answer.add(column(number)) }
        }
        guard mysql_errno(handle) == 0 else {
            guard !isConnectionError(mysql_errno(handle)) else { throw loss }
            return
        }
        guard isSuited else {
            unfit[ObjectIdentifier(shared.query)] = .now + Self.unfitness
            return
        }
        answer.finish(
            width: width - SharedStatement.ownColumns, questions: questions, host: host.description,
            reply: reply)
    }

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
                    guard ContinuousClock.now < deadline else { throw ConnectionLoss.tooLate }
                    let result = try receive(question)
                    reply(SQLReply(result, statement: statement, host: host.description))
                }
                rest = rest.dropFirst(statements.count)
            }
        }
    }

    /// Tells a server that hangs from one that is gone: the library has one number for both.
    private func watchingTheClock(_ body: () throws(ConnectionLoss) -> Void) throws(ConnectionLoss) {
        let start = ContinuousClock.now
        do throws(ConnectionLoss) {
            try body()
        } catch {
            let isTimeout = mysql_errno(handle) != 0 && .now - start >= .seconds(Int(readTimeout))
            throw ConnectionLoss(error.description, isTimeout: isTimeout)
        }
    }

    /// Writes as many statements as may be ahead of their answers, at least one.
    /// - Returns: the texts of those sent; empty ones where nobody looks.
    private func send(_ questions: ArraySlice<SQLQuestion>) throws(ConnectionLoss) -> [String] {
        var texts: [String] = []
        texts.reserveCapacity(min(questions.count, Self.window))
        var bytes = 0
        for question in questions.prefix(Self.window) {
            statement.removeAll(keepingCapacity: true)
            question.query.write(question.key, into: &statement, quote: quote)
            guard texts.isEmpty || bytes + statement.count <= Self.windowBytes else { break }
            bytes += statement.count
            try sendStatement()
            texts.append(question.isObserved ? String(decoding: statement, as: UTF8.self) : "")
        }
        return texts
    }

    private func sendStatement() throws(ConnectionLoss) {
        let result = statement.withUnsafeBytes { buffer in
            mysql_send_query(
                handle, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), UInt(buffer.count))
        }
        guard result == 0 else { throw loss }
    }

    /// Escapes for the connection's character set and its server's mode: mysql_real_escape_string.
    private func quote(_ value: Slice<UnsafeBufferPointer<UInt8>>, into statement: inout [UInt8]) {
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
    private func receive(_ question: SQLQuestion) throws(ConnectionLoss) -> Result<String?, LookupFailure> {
        guard mysql_read_query_result(handle) == 0 else { return try failure(of: question) }
        var answer = SQLAnswer(to: question.key, of: question.query)
        var resultSets = 0
        while true {
            if let result = mysql_store_result(handle) {
                resultSets += 1
                read(result, into: &answer)
                mysql_free_result(result)
            } else if mysql_errno(handle) != 0 {
                return try failure(of: question)
            }
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

    private func read(_ result: UnsafeMutablePointer<MYSQL_RES>, into answer: inout SQLAnswer) {
        let columns = Int(mysql_num_fields(result))
        while let row = mysql_fetch_row(result), let lengths = mysql_fetch_lengths(result) {
            for column in 0..<columns {
                guard let value = row[column] else { continue }
                value.withMemoryRebound(to: UInt8.self, capacity: Int(lengths[column])) { bytes in
                    answer.add(UnsafeBufferPointer(start: bytes, count: Int(lengths[column])))
                }
            }
        }
    }

    // MARK: Errors

    private func failure(of question: SQLQuestion) throws(ConnectionLoss) -> Result<String?, LookupFailure> {
        guard !isConnectionError(mysql_errno(handle)) else { throw loss }
        return .failure(question.query.failure(.statement, "query failed: \(errorText)"))
    }

    private var loss: ConnectionLoss { ConnectionLoss("mysql server \(host): \(errorText)") }

    private var errorText: String { String(cString: mysql_error(handle)) }

    /// Errors of the client library, and those of a server that ends the connection or cannot work now; others
    /// are about the statement alone.
    private func isConnectionError(_ number: UInt32) -> Bool {
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
