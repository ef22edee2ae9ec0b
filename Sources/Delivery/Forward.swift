import MailFormat

/// A message for others that a recipient has become: what an alias of local(8) leads to.
public struct Forward: Hashable, Sendable {
    public let sender: ReversePath
    public let recipients: [EnvelopeRecipient]
    /// The recipient that it comes from, for Delivered-To:, by which loops are found.
    public let deliveredTo: MailAddress

    public init(sender: ReversePath, recipients: [EnvelopeRecipient], deliveredTo: MailAddress) {
        self.sender = sender
        self.recipients = recipients
        self.deliveredTo = deliveredTo
    }
}
