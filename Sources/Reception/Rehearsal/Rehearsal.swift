import MailFormat
import NIOCore
import SMTPWire

/// A dialog without a client: what one would hear up to RCPT TO, from the same state machine and the same policy as
/// in a session. Nothing is sent, and no mail is taken.
///
///     C: EHLO [192.0.2.7]
///     C: MAIL FROM:<alice@example.net>
///     C: RCPT TO:<john@example.org>
public struct Rehearsal: Sendable {
    private let settings: SessionSettings
    private let access: AccessPolicy
    private let circumstances: AccessPolicy.Circumstances
    private let sender: String

    /// What became of it.
    public struct Outcome: Sendable {
        /// The command that had the last word: `RCPT`, or an earlier one that was refused; `CONNECT` is the greeting.
        public let command: String
        public let reply: SMTPReply
        /// The recipient as it was understood; nil where the dialog did not come so far.
        public let recipient: MailAddress?
        /// Nil where the lists were not asked.
        public let decision: RecipientDecision?
        /// What only the log may know.
        public let cause: String?
        /// Refusals that `warn_if_reject` turned into lines of the log.
        public let warnings: AccessPolicy.Warnings
    }

    /// - Parameters:
    ///   - circumstances: who is connected, the name for EHLO, and the login; the sender comes from the dialog.
    ///   - sender: what stands between `<` and `>` in MAIL FROM; empty for the null sender.
    public init(
        settings: SessionSettings, access: AccessPolicy, circumstances: AccessPolicy.Circumstances,
        sender: String
    ) {
        self.settings = settings
        self.access = access
        self.circumstances = circumstances
        self.sender = sender
    }

    /// - Parameters:
    ///   - recipient: what stands between `<` and `>` in RCPT TO, without control characters.
    ///   - observer: told of every word and every question.
    public func outcome(of recipient: String, observer: (any AccessObserver)?) async -> Outcome {
        var dialog = ServerSession(options: settings.dialog)
        var circumstances = circumstances
        let heloName = circumstances.heloName ?? ""
        circumstances.heloName = nil
        // Lists that are asked before MAIL do not know it yet (`smtpd_delay_reject = no`).
        circumstances.sender = nil
        var warnings: AccessPolicy.Warnings = []
        func early(_ stage: RestrictionLists.Stage) async -> Refusal? {
            guard !access.settings.isRejectDelayed else { return nil }
            return await access.earlyRefusal(
                at: stage, in: &circumstances, warnings: &warnings, observer: observer)
        }
        func end(_ refusal: Refusal, _ command: String) -> Outcome {
            Outcome(
                command: command, reply: refusal.reply, recipient: nil, decision: nil, cause: refusal.cause,
                warnings: warnings)
        }

        if let refusal = await early(.client) { return end(refusal, "CONNECT") }
        for line in ["EHLO \(heloName)", "MAIL FROM:<\(sender)>", "RCPT TO:<\(recipient)>"] {
            dialog.receive(ByteBuffer(string: line + "\r\n"))
            switch dialog.next() {
            case .checkHelo(let name):
                circumstances.heloName = name
                if let refusal = await early(.helo) { return end(refusal, "EHLO") }
                _ = dialog.heloChecked(nil)
                circumstances.heloName = dialog.heloName
            case .checkSender(let arguments):
                circumstances.sender = arguments.sender
                if let refusal = await early(.sender) { return end(refusal, "MAIL") }
                _ = dialog.senderChecked(arguments, nil)
            case .checkRecipients(let recipients):
                guard let recipient = recipients.first else { break }
                let decision = await access.decision(
                    on: recipient, in: circumstances, warnings: &warnings, observer: observer)
                var refusal: Refusal?
                if case .refused(let found) = decision { refusal = found }
                guard let reply = dialog.recipientChecked(refusal?.reply) else { break }
                return Outcome(
                    command: "RCPT", reply: reply, recipient: recipient, decision: decision,
                    cause: refusal?.cause, warnings: warnings)
            case .reply(let reply), .refuse(let reply, _), .close(let reply, _):
                return end(Refusal(reply), dialog.place)
            default:
                continue
            }
        }
        // The state machine asks for each of them, or has a reply.
        return end(
            Refusal(SMTPReply(503, .init(.permanentFailure, 5, 1), "Error: no recipient")), dialog.place)
    }

    /// What DATA answers where this is the only recipient that was taken; nil where nothing is refused.
    public func refusalOfContent(
        for recipient: MailAddress, observer: (any AccessObserver)?
    ) async -> Refusal? {
        var circumstances = circumstances
        circumstances.sender = sender.isEmpty ? .null : .address(MailAddress(sender))
        var warnings: AccessPolicy.Warnings = []
        return await access.refusal(
            at: .data, in: circumstances, recipient: recipient, warnings: &warnings, observer: observer)
    }
}
