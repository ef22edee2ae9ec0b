import MailFormat

/// A recipient in the queue whose last attempt has failed for the time being.
public struct DeferredRecipient: Hashable, Sendable {
    /// Where the mail is to go.
    public let address: MailAddress
    /// What the sender wrote to.
    public let original: MailAddress
    public let status: EnhancedStatusCode
    /// In the words of the agent or server, on one line.
    public let reason: String

    public init(
        address: MailAddress, original: MailAddress, status: EnhancedStatusCode, reason: String
    ) {
        self.address = address
        self.original = original
        self.status = status
        self.reason = reason
    }
}
