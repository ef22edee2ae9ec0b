/// A question that could not be asked, or whose answer made no sense: always temporary for mail.
///
/// A client reads only `Temporary lookup failure`; the log reads ``description``. Neither holds a password.
public struct LookupFailure: Error, Hashable, Sendable {
    public enum Cause: Hashable, Sendable {
        /// No server could be reached, or the connection broke.
        case unavailable
        /// The server refused this statement; other keys may work.
        case statement
        /// More rows than `expansion_limit`, or a result that cannot be used.
        case result
        /// The map's own definition is missing, unreadable or wrong.
        case configuration
    }

    /// `type:name` of the table.
    public let table: String
    public let cause: Cause
    /// What went wrong, where, and what to do, in the words of the operator or of the server.
    public let reason: String

    public init(table: String, cause: Cause, reason: String) {
        self.table = table
        self.cause = cause
        self.reason = reason
    }
}

extension LookupFailure: CustomStringConvertible {
    public var description: String { "\(table): \(reason)" }
}
