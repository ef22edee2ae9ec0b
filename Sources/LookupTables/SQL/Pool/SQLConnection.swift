/// One lookup as it waits for a connection: the statement is built when it is sent, by the connection's quoting.
package struct SQLQuestion: Sendable {
    package let query: SQLQuery
    package let key: String
    /// Somebody wants to see the statement (`explain`).
    package let isObserved: Bool

    package init(query: SQLQuery, key: String, isObserved: Bool = false) {
        self.query = query
        self.key = key
        self.isObserved = isObserved
    }
}

/// What became of a question.
package struct SQLReply: Sendable {
    package let result: Result<String?, LookupFailure>
    /// The statement with its values, where the question is observed, else empty.
    package let statement: String
    /// The server that answered, empty where none did.
    package let host: String

    package init(_ result: Result<String?, LookupFailure>, statement: String = "", host: String = "") {
        self.result = result
        self.statement = statement
        self.host = host
    }
}

/// An open connection. It belongs to one thread, which may block; it is closed when it is let go.
package protocol SQLConnection: AnyObject {
    /// Asks the questions and gives a reply for each, in their order.
    ///
    /// An error of one statement is that reply's failure; the others are answered all the same.
    /// - Parameter deadline: when to give up, at the latest after the statement that runs then.
    /// - Throws: where the connection broke or the deadline passed. What had no reply by then may be asked elsewhere.
    func ask(
        _ questions: ArraySlice<SQLQuestion>, until deadline: ContinuousClock.Instant,
        reply: (SQLReply) -> Void
    ) throws(ConnectionLoss)

    /// Answers some of the questions with few statements, in any order: those where the answer is certainly the
    /// one that a statement of its own would have. The others are left for ``ask(_:until:reply:)``.
    ///
    /// - Parameter reply: given a question's position in the slice and its reply, once at most.
    /// - Throws: as ``ask(_:until:reply:)``.
    func askTogether(
        _ questions: ArraySlice<SQLQuestion>, until deadline: ContinuousClock.Instant,
        reply: (Int, SQLReply) -> Void
    ) throws(ConnectionLoss)
}

extension SQLConnection {
    /// Nothing is asked together.
    package func askTogether(
        _ questions: ArraySlice<SQLQuestion>, until deadline: ContinuousClock.Instant,
        reply: (Int, SQLReply) -> Void
    ) throws(ConnectionLoss) {}
}

/// The connection is gone.
package struct ConnectionLoss: Error, CustomStringConvertible {
    package let description: String
    /// The server did not answer in time, so it should rest.
    package let isTimeout: Bool
    /// The server's number of the error; 0 where it has none.
    package let code: Int

    /// The deadline passed while other statements were answered: slow ones stood in front.
    package static let tooLate = ConnectionLoss("the database did not answer in time")

    package init(_ description: String, isTimeout: Bool = false, code: Int = 0) {
        self.description = description
        self.isTimeout = isTimeout
        self.code = code
    }
}

/// Opens connections to one database: who, where and how. Equal connectors share one pool.
package protocol SQLConnector: Hashable, Sendable {
    var hosts: [DatabaseHost] { get }
    /// Who logs in where, for messages.
    var login: DatabaseLogin { get }

    /// Blocks for a bounded time.
    func connect(to host: DatabaseHost) throws(ConnectionLoss) -> any SQLConnection
}

extension SQLConnector {
    package var login: DatabaseLogin { DatabaseLogin() }
}

/// Where a database server listens.
package struct DatabaseHost: Hashable, Sendable, CustomStringConvertible {
    package enum Place: Hashable, Sendable {
        /// A socket in the file system; nil is the client library's own default.
        case unix(path: String?)
        case inet(name: String, port: UInt16?)
    }

    package let place: Place
    /// As the operator wrote it.
    package let description: String

    package init(_ place: Place, description: String) {
        self.place = place
        self.description = description
    }

    package var isLocal: Bool {
        if case .unix = place { true } else { false }
    }
}
