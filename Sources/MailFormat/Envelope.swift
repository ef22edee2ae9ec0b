/// What travels beside a message's content: who sent it, who gets it, and how it came in.
public struct Envelope: Hashable, Sendable {
    public var sender: ReversePath
    /// Final recipients, each once, after aliases were expanded.
    public var recipients: [EnvelopeRecipient]
    /// The body was declared `BODY=8BITMIME` (RFC 6152).
    public var isEightBit: Bool
    /// Where the message came from.
    public var origin: Origin

    /// The client as the log and the Received: field name it.
    public struct Origin: Hashable, Sendable {
        /// `unknown` where the address has no name.
        public var clientName: String
        /// An IP address without brackets.
        public var clientAddress: String
        public var heloName: String
        /// `SMTP`, `ESMTP`, `LMTP` or, for reports of our own, `internal`.
        public var protocolName: String

        public init(clientName: String, clientAddress: String, heloName: String, protocolName: String) {
            self.clientName = clientName
            self.clientAddress = clientAddress
            self.heloName = heloName
            self.protocolName = protocolName
        }
    }

    public init(
        sender: ReversePath, recipients: [EnvelopeRecipient], isEightBit: Bool = false, origin: Origin
    ) {
        self.sender = sender
        self.recipients = recipients
        self.isEightBit = isEightBit
        self.origin = origin
    }
}

/// A recipient after aliases were expanded, with the address that the client named.
public struct EnvelopeRecipient: Hashable, Sendable {
    /// Where the mail goes.
    public var address: MailAddress
    /// Where the client sent it (`orig_to=` in the log, X-Original-To: in the mailbox).
    public var original: MailAddress
    /// The sender hears where it cannot be delivered. Of a copy that the operator ordered, nobody does: `NOTIFY=NEVER`
    /// in RFC 3461 §4.1.
    public var isReported: Bool

    public init(address: MailAddress, original: MailAddress, isReported: Bool = true) {
        self.address = address
        self.original = original
        self.isReported = isReported
    }
}
