import MailFormat
import NIOCore

/// A message in the queue, with the recipients that still wait for it.
public struct QueuedMessage: Sendable {
    /// The row in the store; ascending in order of arrival.
    let number: Int64
    public let id: QueueID
    public let arrived: Timestamp
    public private(set) var sender: ReversePath
    public let isEightBit: Bool
    public let origin: Envelope.Origin
    /// The content's size in bytes, with CRLF line ends.
    public let size: Int
    /// Those that are not done yet.
    public let recipients: [QueuedRecipient]
    /// Content that has not left memory since the message came in.
    let freshContent: ByteBuffer?
    /// Whether an earlier attempt has left rows beside the message's own.
    let hasStateInStore: Bool
    /// When the queue made the message active: the end of its time "before the queue manager" in `delays=`.
    public let activated: Timestamp
}

extension QueuedMessage {
    /// The same message from somebody else: mail of a list is its owner's.
    public func from(_ sender: ReversePath) -> QueuedMessage {
        var copy = self
        copy.sender = sender
        return copy
    }
}

/// A recipient of a queued message.
public struct QueuedRecipient: Hashable, Sendable {
    /// The place in the envelope that was committed: what outcomes refer to.
    public let position: Int
    public let recipient: EnvelopeRecipient
    /// How the last attempt ended; nil before the first.
    public let lastDeferral: Deferral?

    public init(position: Int, recipient: EnvelopeRecipient, lastDeferral: Deferral? = nil) {
        self.position = position
        self.recipient = recipient
        self.lastDeferral = lastDeferral
    }
}

/// Why a recipient still waits.
public struct Deferral: Hashable, Sendable {
    public let status: EnhancedStatusCode
    /// One line, as the log has it between the parentheses.
    public let reason: String

    public init(status: EnhancedStatusCode, reason: String) {
        self.status = status
        self.reason = reason
    }
}

/// Where a message's content is to be read.
public enum MessageContent: Sendable {
    case memory(ByteBuffer)
    /// A file of this many bytes.
    case file(path: String, size: Int)

    public var size: Int {
        switch self {
        case .memory(let buffer): buffer.readableBytes
        case .file(_, let size): size
        }
    }
}
