import LookupTables
import MailFormat

/// What RCPT answers.
public enum RecipientDecision: Sendable {
    /// Taken, for these final recipients.
    case accepted([EnvelopeRecipient])
    case refused(Refusal)
}

/// A reply that refuses, and what only the log may know.
public struct Refusal: Hashable, Sendable, Error {
    public var reply: SMTPReply
    /// Why it could not be found out, where the reply does not say it.
    public var cause: String?

    public init(_ reply: SMTPReply, cause: String? = nil) {
        self.reply = reply
        self.cause = cause
    }
}

extension Refusal {
    static func lookupFailure(_ address: MailAddress, _ failure: LookupFailure) -> Refusal {
        Refusal(
            SMTPReply(
                451, .init(.persistentTransientFailure, 3, 0), "<\(address.text)>: Temporary lookup failure"),
            cause: failure.description)
    }
}
