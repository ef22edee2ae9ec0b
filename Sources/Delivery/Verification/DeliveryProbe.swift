import MailFormat
import Routing

/// A question to an agent: would mail for this recipient be delivered? Nothing is, and no mailbox changes.
public struct DeliveryProbe: Sendable {
    public let route: Route
    /// Whom the probe is from: address_verify_sender.
    public let sender: ReversePath
    public let recipient: EnvelopeRecipient

    public init(route: Route, sender: ReversePath, recipient: EnvelopeRecipient) {
        self.route = route
        self.sender = sender
        self.recipient = recipient
    }
}

/// What a probe has found out.
public struct ProbeResult: Hashable, Sendable {
    public enum Status: Int, Hashable, Sendable {
        case deliverable = 0
        case deferred = 1
        case undeliverable = 2
    }

    public let status: Status
    /// What was heard, or why nothing was.
    public let text: String
    /// False where the trouble is our own and says nothing about the address: a table that cannot be asked.
    public let isRemembered: Bool

    public init(_ status: Status, _ text: String, isRemembered: Bool = true) {
        self.status = status
        self.text = text
        self.isRemembered = isRemembered
    }
}
