/// The trace that this server leaves in a message, RFC 5321 §4.4, laid out as Postfix does.
///
///     Received: from client.example.net (client.example.net [192.0.2.1])
///         by mx.example.org (Postfix) with ESMTP id 4F1A2B3C4D
///         for <john@example.org>; Sat, 21 Nov 2026 11:55:46 +0100 (CET)
///
/// The `for` clause stands there only where the message has one recipient, so that none learns of another.
public struct ReceivedField: Hashable, Sendable {
    public var origin: Envelope.Origin
    /// `myhostname`
    public var hostname: String
    /// `mail_name`
    public var mailName: String
    /// The queue id.
    public var id: String
    /// The address as the client gave it.
    public var recipient: MailAddress?
    public var date: MailDate

    public init(
        origin: Envelope.Origin, hostname: String, mailName: String, id: String, recipient: MailAddress?,
        date: MailDate
    ) {
        self.origin = origin
        self.hostname = hostname
        self.mailName = mailName
        self.id = id
        self.recipient = recipient
        self.date = date
    }

    /// The whole field with CRLF line ends, the last one included.
    public var text: String {
        let helo = origin.heloName.isEmpty ? origin.clientName : origin.heloName
        let address =
            origin.clientAddress.utf8.contains(UInt8(ascii: ":"))
            ? "IPv6:\(origin.clientAddress)" : origin.clientAddress
        let end = "; \(date)\r\n"
        let head = """
            Received: from \(helo) (\(origin.clientName) [\(address)])\r
            \tby \(hostname) (\(mailName)) with \(origin.protocolName) id \(id)
            """
        guard let recipient else { return head + end }
        return head + "\r\n\tfor <\(recipient.quoted)>" + end
    }
}
