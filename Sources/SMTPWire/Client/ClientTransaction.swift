import MailFormat

/// One message for one server: the envelope as MAIL and RCPT say it.
public struct ClientTransaction: Sendable {
    public var sender: ReversePath
    public var recipients: [MailAddress]
    /// The content's size in bytes, for SIZE=.
    public var size: Int
    public var isEightBit: Bool
    public var goal = Goal.delivery

    /// How far the transaction goes.
    public enum Goal: Hashable, Sendable {
        case delivery
        /// To the answers to RCPT: would you take mail for them?
        case recipients
        /// To the answer to DATA, for servers that refuse recipients only there. The connection is of no use afterwards.
        case data
    }

    public init(sender: ReversePath, recipients: [MailAddress], size: Int, isEightBit: Bool) {
        self.sender = sender
        self.recipients = recipients
        self.size = size
        self.isEightBit = isEightBit
    }
}

/// What the server has said about one recipient of a transaction.
public struct ClientResult: Hashable, Sendable {
    public let reply: SMTPReply
    /// The command that it answers, as logs name it: `RCPT TO`, `end of DATA`. Nil where the server was not asked,
    /// since the address must not go onto the wire.
    public let command: String?

    public init(reply: SMTPReply, command: String?) {
        self.reply = reply
        self.command = command
    }

    static let badSender = ClientResult(
        reply: SMTPReply(
            553, EnhancedStatusCode(.permanentFailure, 1, 7),
            "bad sender address: it holds control characters"),
        command: nil)
    static let badRecipient = ClientResult(
        reply: SMTPReply(
            553, EnhancedStatusCode(.permanentFailure, 1, 3),
            "bad recipient address: it holds control characters"),
        command: nil)
}

/// SMTP, or its sister for the last step, which answers for each recipient (RFC 2033).
public enum ClientProtocol: Sendable {
    case smtp
    case lmtp
}
