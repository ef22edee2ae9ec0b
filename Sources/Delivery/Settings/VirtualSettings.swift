import Routing

/// What the operator may set about virtual(8); the defaults are Postfix's.
public struct VirtualSettings: Sendable {
    /// `virtual_mailbox_base`
    public var base: String
    /// `virtual_mailbox_limit`, in bytes; 0 is no limit.
    public var limit = 51_200_000
    /// `virtual_mailbox_lock`
    public var locks: MailboxLocks = [.fcntl, .dotlock]
    /// `virtual_minimum_uid`
    public var minimumUID = 100
    /// `recipient_delimiter` and what goes with it
    package var addressExtension = AddressExtension(delimiters: "")

    /// `enable_original_recipient`: the address that was written to is in `X-Original-To:`.
    public var namesOriginalRecipient = true

    public init(base: String) {
        self.base = base
    }
}
