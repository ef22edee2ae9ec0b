import MailFormat

/// One message for one server: the envelope as MAIL and RCPT say it.
public struct ClientTransaction: Sendable {
    public var sender: ReversePath
    public var recipients: [MailAddress]
    /// The content's size in bytes, for SIZE=.
    public var size: Int
    public var isEightBit: Bool

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
    /// The command that it answers, as logs name it: `RCPT TO`, `end of DATA`.
    public let command: String

    public init(reply: SMTPReply, command: String) {
        self.reply = reply
        self.command = command
    }
}

/// SMTP, or its sister for the last step, which answers for each recipient (RFC 2033).
public enum ClientProtocol: Sendable {
    case smtp
    case lmtp
}
