/// A mailbox below `virtual_mailbox_base`, and whose it is.
struct Mailbox: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// The table's answer ends in `/`.
        case maildir
        /// One file, messages one after the other.
        case mbox
    }

    let answer: String
    let kind: Kind
    /// Below the base, without a slash at either end.
    let path: String
    let owner: MailboxOwner

    /// - Parameter answer: what `virtual_mailbox_maps` says: `example.org/john/Maildir/`.
    /// - Returns: nil where the path would lead out of the base.
    init?(answer: String, owner: MailboxOwner) {
        let parts = answer.split(separator: "/")
        guard !parts.isEmpty, !parts.contains(".."), !answer.utf8.contains(0) else { return nil }
        self.answer = answer
        kind = answer.hasSuffix("/") ? .maildir : .mbox
        path = parts.filter { $0 != "." }.joined(separator: "/")
        self.owner = owner
    }
}

/// The user and group that a mailbox's files belong to.
struct MailboxOwner: Hashable, Sendable {
    let uid: UInt32
    let gid: UInt32
}
