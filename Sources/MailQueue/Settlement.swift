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
    public var report: PreparedMessage?
    /// What finished recipients have become: messages that enter the queue in the same transaction, so that they
    /// exist exactly if those recipients are gone.
    public var forwards: [PreparedMessage] = []

    public init(
        message: QueuedMessage, finished: [Int] = [], deferred: [(position: Int, deferral: Deferral)] = [],
        report: PreparedMessage? = nil
    ) {
        self.message = message
        self.finished = finished
        self.deferred = deferred
        self.report = report
    }
}

/// A message of our own, ready to enter the queue with a ``Settlement``.
public struct PreparedMessage: Sendable {
    public let id: QueueID
    let arrived: Timestamp
    public let envelope: Envelope
    public let content: MessageContent

    init(id: QueueID, arrived: Timestamp, envelope: Envelope, content: MessageContent) {
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
