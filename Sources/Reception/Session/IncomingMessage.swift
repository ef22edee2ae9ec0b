import MailFormat
import MailQueue
import NIOCore
import Routing

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
    /// The sender as the queue gets it; nil until the content begins.
    private(set) var sender: ReversePath?
    /// Changes the header section on its way; nil where it passes as it is.
    private var editor: HeaderEditor?
    private var seen: Set<Delivery> = []

    /// What makes two recipients the same one.
    private struct Delivery: Hashable {
        let address: MailAddress
        /// Nil where it does not matter who was written to: `enable_original_recipient = no`.
        let original: MailAddress?
        let isReported: Bool
    }

    enum Failure {
        case tooBig
        case queue(QueueFailure)
        case rewriting(RewritingFailure)
    }

    init(draft: any MessageDraft) {
        self.draft = draft
    }

    /// Adds what a recipient expanded to; whoever is already there gets the message once.
    ///
    /// - Parameter original: the address as the client named it.
    mutating func add(
        _ expansion: [EnvelopeRecipient], for original: MailAddress, settings: SessionSettings
    ) {
        if firstOriginal == nil { firstOriginal = original }
        add(expansion, settings: settings)
    }

    /// Mail to two addresses that lead to the same mailbox is delivered for each of them, as long as
    /// `enable_original_recipient` lets the mailbox tell them apart.
    private mutating func add(_ expansion: [EnvelopeRecipient], settings: SessionSettings) {
        for recipient in expansion {
            let key = Delivery(
                address: recipient.address.folded,
                original: settings.keepsOriginalRecipient ? recipient.original.folded : nil,
                isReported: recipient.isReported || !settings.keepsOriginalRecipient)
            guard !seen.contains(key) else { continue }
            if seen.count < settings.duplicateFilterLimit { seen.insert(key) }
            recipients.append(recipient)
        }
    }

    /// The sender and the copies that go with it, found out before the content begins.
    mutating func set(_ sender: Result<RewrittenSender, RewritingFailure>, settings: SessionSettings) {
        switch sender {
        case .success(let rewritten):
            self.sender = rewritten.sender
            add(rewritten.copies, settings: settings)
        case .failure(let failure):
            self.failure = .rewriting(failure)
        }
    }

    /// Has the header section changed as it comes.
    mutating func edit(with work: HeaderWork) { editor = HeaderEditor(work) }

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
        guard editor != nil else { return await keep(content) }
        do throws(RewritingFailure) {
            if let edited = try await editor?.edit(content) { await keep(edited) }
            if editor?.isFinished == true { editor = nil }
        } catch {
            failure = .rewriting(error)
        }
    }

    /// What the header still needs, where the message ends with it.
    mutating func finish() async {
        guard failure == nil, editor != nil else { return }
        do throws(RewritingFailure) {
            if let rest = try await editor?.finish() { await keep(rest) }
        } catch {
            failure = .rewriting(error)
        }
        editor = nil
    }

    private mutating func keep(_ content: ByteBuffer) async {
        guard content.readableBytes > 0 else { return }
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
