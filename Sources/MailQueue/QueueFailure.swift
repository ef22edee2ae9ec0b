/// The queue could not keep something, which is always temporary for the client, or could not find it again.
public struct QueueFailure: Error, Sendable, CustomStringConvertible {
    public enum Cause: Sendable {
        /// No space: `452 4.3.1 Insufficient system storage`.
        case insufficientStorage
        /// A queued message's content is gone, and no waiting brings it back.
        case contentLost
        /// Anything else: `451 4.3.0`.
        case storage
    }

    public let cause: Cause
    /// Path and the system's words, for the log.
    public let description: String

    public init(_ cause: Cause, _ description: String) {
        self.cause = cause
        self.description = description
    }
}
