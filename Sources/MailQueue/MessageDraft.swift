import MailFormat
import NIOCore

/// Where messages enter the queue.
public protocol MessageIntake: Sendable {
    /// A new message with a queue id of its own; touches no disk.
    func begin() -> any MessageDraft
}

/// A message on its way into the queue.
///
/// Content is RFC 5322 text with CRLF line ends, dot-stuffing removed, complete with the Received: field.
/// Nothing of a draft outlives a crash until ``commit(_:)`` has returned.
public protocol MessageDraft: Sendable {
    var id: QueueID { get }

    /// Adds content. Large content goes to a file, so memory stays bounded whatever the size.
    func append(_ bytes: ByteBuffer) async throws(QueueFailure)

    /// Returns when content, envelope and recipients are on stable storage; then the client may read `250`.
    func commit(_ envelope: Envelope) async throws(QueueFailure)

    /// Forgets the draft and what it wrote.
    func discard() async
}
