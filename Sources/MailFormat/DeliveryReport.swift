/// A report that mail could not be delivered, as it goes back to the sender: RFC 3464 in RFC 6522's frame.
///
///     multipart/report; report-type=delivery-status
///         text/plain                  what happened, for people
///         message/delivery-status     the same for programs
///         message/rfc822              the message, or text/rfc822-headers where it is too large
public struct DeliveryReport: Sendable {
    public struct Recipient: Hashable, Sendable {
        public var final: MailAddress
        public var original: MailAddress
        public var status: EnhancedStatusCode
        /// Why, in the words of the log.
        public var reason: String
        /// The host that refused, and its reply.
        public var remoteHost: String?
        public var remoteReply: String?

        public init(
            final: MailAddress, original: MailAddress, status: EnhancedStatusCode, reason: String,
            remoteHost: String? = nil, remoteReply: String? = nil
        ) {
            self.final = final
            self.original = original
            self.status = status
            self.reason = reason
            self.remoteHost = remoteHost
            self.remoteReply = remoteReply
        }
    }

    /// The report's own queue id.
    public var id: String
    public var date: MailDate
    /// The server that reports: `myhostname`.
    public var host: String
    /// `myorigin`
    public var origin: String
    /// `mail_name`
    public var mailName: String
    /// To whom the report goes.
    public var sender: MailAddress
    /// The message that could not be delivered.
    public var messageID: String
    public var messageArrived: MailDate
    public var recipients: [Recipient]
    /// The message's content, or its header alone.
    public var returned: [UInt8]
    public var returnsHeaderOnly: Bool

    public init(
        id: String, date: MailDate, host: String, origin: String, mailName: String, sender: MailAddress,
        messageID: String, messageArrived: MailDate, recipients: [Recipient], returned: [UInt8],
        returnsHeaderOnly: Bool
    ) {
        self.id = id
        self.date = date
        self.host = host
        self.origin = origin
        self.mailName = mailName
        self.sender = sender
        self.messageID = messageID
        self.messageArrived = messageArrived
        self.recipients = recipients
        self.returned = returned
        self.returnsHeaderOnly = returnsHeaderOnly
    }

    private var boundary: String { "\(messageID).\(date.seconds)/\(host)" }
    private var isEightBit: Bool { returned.contains { $0 >= 0x80 } }

    /// The report as a message with CRLF line ends.
    public var content: [UInt8] {
        var text = Lines()
        writeHeader(&text)
        writeNotification(&text)
        writeStatus(&text)
        text.add("--\(boundary)")
        text.add("Content-Description: Undelivered Message\(returnsHeaderOnly ? " Headers" : "")")
        text.add("Content-Type: \(returnsHeaderOnly ? "text/rfc822-headers" : "message/rfc822")")
        if isEightBit { text.add("Content-Transfer-Encoding: 8bit") }
        text.add("")
        text.add("Return-Path: <\(sender.quoted)>")
        text.bytes.append(contentsOf: returned)
        if !returned.isEmpty, returned.last != UInt8(ascii: "\n") { text.add("") }
        text.add("")
        text.add("--\(boundary)--")
        return text.bytes
    }

    private func writeHeader(_ text: inout Lines) {
        text.add("Received: by \(host) (\(mailName))")
        text.add("\tid \(id); \(date)")
        text.add("Date: \(date)")
        text.add("From: Mail Delivery System <MAILER-DAEMON@\(origin)>")
        text.add("Subject: Undelivered Mail Returned to Sender")
        text.add("To: \(sender.quoted)")
        text.add("Auto-Submitted: auto-replied")
        text.add("MIME-Version: 1.0")
        text.add("Content-Type: multipart/report; report-type=delivery-status;")
        text.add("\tboundary=\"\(boundary)\"")
        if isEightBit { text.add("Content-Transfer-Encoding: 8bit") }
        text.add("Message-Id: <\(date.seconds).\(id)@\(host)>")
        text.add("")
        text.add("This is a MIME-encapsulated message.")
        text.add("")
    }

    private func writeNotification(_ text: inout Lines) {
        text.add("--\(boundary)")
        text.add("Content-Description: Notification")
        text.add("Content-Type: text/plain; charset=\(recipientsAreASCII ? "us-ascii" : "utf-8")")
        text.add("")
        text.add("This is the mail server at \(host).")
        text.add("")
        text.add("Your message could not be delivered to everyone it was meant for. The")
        text.add("addresses, and the reason for each, stand below; your message, or its")
        text.add("header, is attached.")
        text.add("")
        text.add("If you need help, please write to postmaster and attach this report.")
        text.add("")
        for recipient in recipients {
            let expanded =
                recipient.original == recipient.final ? "" : " (expanded from <\(recipient.original)>)"
            text.addWrapped("<\(recipient.final)>\(expanded): \(recipient.reason)", indent: "    ")
            text.add("")
        }
    }

    private var recipientsAreASCII: Bool {
        recipients.allSatisfy { recipient in
            (recipient.final.text + recipient.original.text + recipient.reason).utf8.allSatisfy { $0 < 0x80 }
        }
    }

    private func writeStatus(_ text: inout Lines) {
        text.add("--\(boundary)")
        text.add("Content-Description: Delivery report")
        text.add("Content-Type: message/delivery-status")
        text.add("")
        text.add("Reporting-MTA: dns; \(host)")
        text.add("X-Postfix-Queue-ID: \(messageID)")
        text.add("X-Postfix-Sender: rfc822; \(sender.quoted)")
        text.add("Arrival-Date: \(messageArrived)")
        text.add("")
        for recipient in recipients {
            text.add("Final-Recipient: rfc822; \(recipient.final.quoted)")
            text.add("Original-Recipient: rfc822;\(recipient.original.quoted)")
            text.add("Action: failed")
            text.add("Status: \(recipient.status)")
            if let host = recipient.remoteHost { text.add("Remote-MTA: dns; \(host)") }
            if let reply = recipient.remoteReply {
                text.addWrapped("Diagnostic-Code: smtp; \(reply)", indent: "    ")
            } else {
                text.addWrapped("Diagnostic-Code: X-Postfix; \(recipient.reason)", indent: "    ")
            }
            text.add("")
        }
    }
}

/// Text that is put together line by line, with CRLF. Control characters in a line become spaces, so that what
/// others have said cannot add a line of its own.
private struct Lines {
    var bytes: [UInt8] = []

    mutating func add(_ line: some StringProtocol) {
        bytes.append(contentsOf: line.utf8.map { $0 < 32 && $0 != 9 || $0 == 127 ? UInt8(ascii: " ") : $0 })
        bytes.append(contentsOf: [13, 10])
    }

    /// Breaks a long line at spaces, each following line with an indent.
    mutating func addWrapped(_ text: String, indent: String) {
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: true) {
            if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > 78 {
                add(line)
                line = indent + word
            } else {
                line += line.isEmpty ? "\(word)" : " \(word)"
            }
        }
        add(line)
    }
}
