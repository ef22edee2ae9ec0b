/// The queue could not keep something: always temporary for the client.
public struct QueueFailure: Error, Sendable, CustomStringConvertible {
    public enum Cause: Sendable {
        /// No space: `452 4.3.1 Insufficient system storage`.
        case insufficientStorage
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
