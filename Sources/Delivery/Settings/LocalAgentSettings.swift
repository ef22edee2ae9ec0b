/// What the operator may set about the mailboxes of local(8); the defaults are Postfix's.
public struct LocalAgentSettings: Sendable {
    /// `home_mailbox`: below a user's home directory; with a slash at the end a Maildir. Empty: the spool.
    public var homeMailbox = ""
    /// `mail_spool_directory`; with a slash at the end, of Maildirs.
    public var spoolDirectory = "/var/mail"
    /// `mailbox_size_limit`, in bytes; 0 is no limit.
    public var limit = 51_200_000
    /// `mailbox_delivery_lock`
    public var locks: MailboxLocks = [.fcntl, .dotlock]
    /// `strict_mailbox_ownership`
    public var requiresOwnership = true
    /// `enable_original_recipient`
    public var namesOriginalRecipient = true
    /// The server's own directories, in which no alias may have a file written.
    public var ownDirectories: [String] = []

    public init() {}
}
