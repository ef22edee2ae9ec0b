/// The class of a domain: who is responsible for it, and which table knows its recipients.
///
/// Source: ADDRESS_CLASS_README. The first class that matches wins, in the order of the cases.
public enum AddressClass: Hashable, Sendable, CaseIterable {
    /// `mydestination`, or an address of `inet_interfaces` or `proxy_interfaces` in brackets.
    case local
    /// `virtual_alias_domains`: every address is an alias.
    case virtualAlias
    /// `virtual_mailbox_domains`.
    case virtualMailbox
    /// `relay_domains`: another server has the mailboxes.
    case relay
    /// Everybody else's.
    case other
}
