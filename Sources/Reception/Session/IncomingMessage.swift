import MailFormat
import MailQueue
import NIOCore

/// A message from its first accepted recipient until the queue has it or it is given up.
struct IncomingMessage {
    let draft: any MessageDraft
    private(set) var recipients: [EnvelopeRecipient] = []
    /// The first of the addresses that the client named, for Received:.
    private(set) var firstOriginal: MailAddress?
    private(set) var size = 0
    private(set) var header = HeaderWatch()
    /// Why the content cannot be kept; it is read to its end and thrown away.
    private(set) var failure: Failure?
    private var seen: Set<MailAddress> = []

    enum Failure {
        case tooBig
        case queue(QueueFailure)
    }

    init(draft: any MessageDraft) {
        self.draft = draft
    }

    /// Adds what a recipient expanded to; whoever is already there gets the message once.
    ///
    /// - Parameters:
    ///   - original: the address as the client named it.
    ///   - limit: `duplicate_filter_limit`: how many recipients are remembered for that.
    mutating func add(_ expansion: [EnvelopeRecipient], for original: MailAddress, limit: Int) {
        if firstOriginal == nil { firstOriginal = original }
        for recipient in expansion {
            let key = recipient.address.folded
            guard !seen.contains(key) else { continue }
            if seen.count < limit { seen.insert(key) }
            recipients.append(recipient)
        }
    }

    /// Puts the Received: field before the content. It does not count for the size.
    mutating func begin(with field: ReceivedField) async {
        await store(ByteBuffer(string: field.text))
    }

    mutating func append(_ content: ByteBuffer, sizeLimit: Int) async {
        guard failure == nil else { return }
        size += content.readableBytes
        guard sizeLimit == 0 || size <= sizeLimit else {
            failure = .tooBig
            return
        }
        header.read(content)
        await store(content)
    }

    private mutating func store(_ bytes: ByteBuffer) async {
        do throws(QueueFailure) {
            try await draft.append(bytes)
        } catch {
            failure = .queue(error)
        }
    }
}
