import LookupTables
import MailFormat
import Routing

/// The tables of virtual(8): where a recipient's mailbox is and whose it is.
public struct MailboxTables: Sendable {
    /// `virtual_mailbox_maps`
    public var mailboxes: TableList
    /// `virtual_uid_maps`
    public var uids: TableList
    /// `virtual_gid_maps`
    public var gids: TableList

    public init(mailboxes: TableList, uids: TableList, gids: TableList) {
        self.mailboxes = mailboxes
        self.uids = uids
        self.gids = gids
    }

    /// A trail for the way to one mailbox; nil where nothing is remembered.
    func trail() -> LookupTrail? { mailboxes.trail() ?? uids.trail() ?? gids.trail() }

    /// The first answer for the address, for the address without its extension, and for `@domain`.
    static func find(
        _ recipient: MailAddress, in list: TableList, rule: AddressExtension, trail: LookupTrail?
    ) async throws(LookupFailure) -> String? {
        let address = recipient.folded
        if let value = try await list.lookup(address.text, trail: trail) { return value }
        for (user, _) in rule.splits(address.localPart) {
            let bare = MailAddress(localPart: user, domain: address.domain)
            if let value = try await list.lookup(bare.text, isPartial: true, trail: trail) { return value }
        }
        guard let domain = address.domain else { return nil }
        return try await list.lookup("@\(domain)", isPartial: true, trail: trail)
    }
}
