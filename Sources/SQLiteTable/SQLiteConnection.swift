import GRDB
import GRDBSQLite
import Glibc
import LookupTables

/// A SQLite file, open for reading.
final class SQLiteConnection: SQLConnection {
    let path: String
    let queue: DatabaseQueue
    let limit: StatementLimit
    private let identity: Identity
    private var lastLook = ContinuousClock.now
    private var statement: [UInt8] = []
    /// Texts that can't be prepared with parameters; bounded, since templates are few.
    private var plainOnly: Set<[UInt8]> = []

    /// Which file it is: another that was moved to its place is opened in its stead.
    private struct Identity: Equatable {
        let device: UInt
        let inode: UInt

        /// Nil where there is no file: opening a pipe, say, would wait for its other end.
        init?(path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            guard status.st_mode & S_IFMT == S_IFREG else {
                errno = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
                return nil
            }
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
        }
    }

    init(path: String, timeouts: SQLiteConnector.Timeouts) throws(ConnectionLoss) {
        guard let identity = Identity(path: path) else {
            throw ConnectionLoss("open database \(path): \(String(cString: strerror(errno)))")
        }
        let limit = StatementLimit(timeouts.statement)
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.label = "lookup"
        // As in SQLite itself: "…" is a text where it is the name of no column, and templates rely on it.
        configuration.acceptsDoubleQuotedStringLiterals = true
        // A template that says COMMIT is that template's error, and not the program's.
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(timeouts.lock)
        configuration.prepareDatabase { limit.watch($0) }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            // A file that is no database shows only when it is read.
            _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
        } catch {
            throw ConnectionLoss("open database \(path): \(Self.text(error))")
        }
        self.path = path
        self.identity = identity
        self.limit = limit
    }

    func ask(
        _ questions: ArraySlice<SQLQuestion>, until deadline: ContinuousClock.Instant,
        reply: (SQLReply) -> Void
    ) throws(ConnectionLoss) {
        try checkFile()
        var isTooLate = false
        do {
            // One read transaction a batch: the answers are of one moment.
            try queue.read { database in
                for question in questions {
                    isTooLate = .now >= deadline
                    if isTooLate { return }
                    reply(try answer(question, in: database))
                }
            }
        } catch {
            // A database that was locked for so long is left alone for a moment.
            let isLocked = (error as? DatabaseError).map(Self.isLock) ?? false
            throw ConnectionLoss("database \(path): \(Self.text(error))", isTimeout: isLocked)
        }
        if isTooLate { throw .tooLate }
    }

    private func checkFile() throws(ConnectionLoss) {
        let now = ContinuousClock.now
        guard now - lastLook >= .seconds(1) else { return }
        lastLook = now
        guard Identity(path: path) == identity else {
            throw ConnectionLoss("database \(path): the file was replaced or removed")
        }
    }

    /// - Throws: what is wrong with the whole database.
    private func answer(_ question: SQLQuestion, in database: Database) throws -> SQLReply {
        statement.removeAll(keepingCapacity: true)
        question.query.write(question.key, into: &statement) { OpenQuote.append($0, to: &$1) }
        let text = question.isObserved ? String(decoding: statement, as: UTF8.self) : ""
        limit.begin()
        do {
            return SQLReply(try value(for: question, in: database), statement: text, host: path)
        } catch let error as DatabaseError where Self.isLock(error) || Self.isDamage(error) {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            let reason = "the statement ran for longer than \(limit.duration)"
            return SQLReply(
                .failure(question.query.failure(.statement, reason)), statement: text, host: path)
        } catch {
            return SQLReply(
                .failure(question.query.failure(.statement, Self.text(error))), statement: text, host: path)
        }
    }

    private static func isLock(_ error: DatabaseError) -> Bool {
        error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED
    }

    private static func isDamage(_ error: DatabaseError) -> Bool {
        switch error.resultCode {
        case .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_CANTOPEN, .SQLITE_NOTADB, .SQLITE_PROTOCOL: true
        default: false
        }
    }

    private func value(
        for question: SQLQuestion, in database: Database
    ) throws -> Result<String?, LookupFailure> {
        if let bound = BoundStatement(statement), !plainOnly.contains(bound.sql) {
            do {
                let prepared = try database.cachedStatement(sql: String(decoding: bound.sql, as: UTF8.self))
                prepared.setUncheckedArguments(StatementArguments(bound.values))
                return try read(prepared, question)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
                if plainOnly.count < 100 { plainOnly.insert(bound.sql) }
            }
        }
        // Text behind the first statement is left alone, and so are parameters: they are NULL.
        guard let plain = try database.allStatements(sql: String(decoding: statement, as: UTF8.self)).next()
        else { return .success(nil) }
        plain.setUncheckedArguments(StatementArguments())
        return try read(plain, question)
    }

    /// The first column of each row, as text: sqlite maps leave the others out.
    private func read(_ statement: Statement, _ question: SQLQuestion) throws -> Result<
        String?, LookupFailure
    > {
        var answer = SQLAnswer(to: question.key, of: question.query)
        let rows = try Row.fetchCursor(statement)
        while !answer.isFull, try rows.next() != nil {
            guard sqlite3_column_count(statement.sqliteStatement) > 0,
                let text = sqlite3_column_text(statement.sqliteStatement, 0)
            else { continue }
            let count = Int(sqlite3_column_bytes(statement.sqliteStatement, 0))
            answer.add(UnsafeBufferPointer(start: text, count: count))
        }
        return answer.value()
    }

    /// SQLite's words, without the statement's values.
    static func text(_ error: any Error) -> String {
        guard let error = error as? DatabaseError else { return "\(error)" }
        return error.message ?? "\(error.resultCode)"
    }
}
