import Logging
import MailFormat
import SMTPWire

extension SMTPSession {
    /// Whom a refusal concerns, as far as the dialog has come.
    struct Subject {
        var sender: ReversePath?
        var recipient: MailAddress?
        var heloName: String?

        init(sender: ReversePath? = nil, recipient: MailAddress? = nil, heloName: String?) {
            self.sender = sender
            self.recipient = recipient
            self.heloName = heloName
        }

        init(_ dialog: ServerSession, recipient: MailAddress? = nil) {
            self.init(sender: dialog.mail?.sender, recipient: recipient, heloName: dialog.heloName)
        }
    }

    func logRefusal(_ refusal: Refusal, _ subject: Subject) {
        if let cause = refusal.cause { log.warning("\(cause)") }
        logRefusal(refusal.reply, subject)
    }

    /// `NOQUEUE: reject: RCPT from c[192.0.2.1]: 550 5.1.1 <x>: …; from=<s> to=<x> proto=ESMTP helo=<c>`, which
    /// other programs read.
    func logRefusal(_ reply: SMTPReply, _ subject: Subject, isWarning: Bool = false) {
        logRefusal(reply.text, subject, isWarning: isWarning)
    }

    func logRefusal(_ text: String, _ subject: Subject, isWarning: Bool = false) {
        var details: [String] = []
        if let sender = subject.sender { details.append("from=<\(sender.text)>") }
        if let recipient = subject.recipient { details.append("to=<\(recipient.text)>") }
        details.append("proto=\(dialog.protocolName)")
        if let name = subject.heloName { details.append("helo=<\(name)>") }
        let id = message?.draft.id.description ?? "NOQUEUE"
        log.info(
            """
            \(id): \(isWarning ? "reject_warning" : "reject"): \(dialog.place) from \(client.text): \(text); \
            \(details.joined(separator: " "))
            """)
    }
}
