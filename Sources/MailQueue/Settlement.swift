import MailFormat
import NIOCore

/// What an attempt has decided about a message's recipients, recorded in one transaction.
public struct Settlement: Sendable {
    public let message: QueuedMessage
    /// Positions that are done, one way or the other: never tried again.
    public var finished: [Int]
    /// Positions that wait for the next attempt.
    public var deferred: [(position: Int, deferral: Deferral)]
    /// A delivery report that enters the queue in the same transaction: it exists exactly if the failed
    /// recipients are gone.
    public var report: PreparedReport?

    public init(
        message: QueuedMessage, finished: [Int] = [], deferred: [(position: Int, deferral: Deferral)] = [],
        report: PreparedReport? = nil
    ) {
        self.message = message
        self.finished = finished
        self.deferred = deferred
        self.report = report
    }
}

/// A message of our own, ready to enter the queue with a ``Settlement``.
public struct PreparedReport: Sendable {
    public let id: QueueID
    let arrived: Timestamp
    public let envelope: Envelope
    public let content: ByteBuffer

    init(id: QueueID, arrived: Timestamp, envelope: Envelope, content: ByteBuffer) {
        self.id = id
        self.arrived = arrived
        self.envelope = envelope
        self.content = content
    }
}

/// What has become of the message.
public enum Settled: Hashable, Sendable {
    case removed
    case waits(until: Timestamp)
}
