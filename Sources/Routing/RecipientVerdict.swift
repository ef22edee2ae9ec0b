import MailFormat

/// What becomes of an address that a client names in RCPT TO.
public enum RecipientVerdict: Sendable {
    /// Mail is taken, for these final recipients: aliases expanded, each recipient once.
    case accepted([EnvelopeRecipient])
    /// Not known here: `550 5.1.1 <x>: Recipient address rejected: User unknown in virtual mailbox table`, or the
    /// code that main.cf has in its place (`unknown_virtual_mailbox_reject_code` and its sisters). Or its transport says
    /// that it takes no mail now: `450 4.3.1 …` for `retry:4.3.1 …`.
    case rejected(SMTPReply)
    /// It could not be found out now: `451 4.3.0 <x>: Temporary lookup failure`. The cause is for the log alone.
    case deferred(SMTPReply, cause: String)
}
