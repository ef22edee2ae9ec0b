/// What main.cf says about mail for users of this machine: local(8).
///
/// Defaults are Postfix's: postconf(5).
public struct LocalSettings: Sendable {
    /// The source of what mail may go to: `allow_mail_to_files`, `allow_mail_to_commands`.
    public enum Source: String, Hashable, Sendable {
        case alias, forward, include
    }

    public var filesAllowedFrom: Set<Source> = [.alias, .forward]
    public var commandsAllowedFrom: Set<Source> = [.alias, .forward]
    /// Whether `propagate_unmatched_extensions` names `alias`, `forward`, `include`.
    public var propagatesExtensions: Set<Source> = []
    /// `expand_owner_alias`: the sender of a list's mail is what `owner-list` leads to.
    public var expandsOwnerAlias = false
    /// `reset_owner_alias`: an alias without an owner drops that of the list that it is in.
    public var resetsOwnerAlias = false
    /// `mailbox_transport`, `fallback_transport`: `transport:nexthop`; empty: none.
    public var mailboxTransport = ""
    public var fallbackTransport = ""
    /// `mailbox_command`, a template.
    public var mailboxCommand = ""
    /// `luser_relay`, a template.
    public var luserRelay = ""
    /// `forward_path`: templates, one a file.
    public var forwardPath = ["$home/.forward${recipient_delimiter}${extension}", "$home/.forward"]
    /// `forward_expansion_filter`: the characters that a file's name may have from an address.
    public var forwardFilter = Set(
        "1234567890!@%-_=+:,./abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

    public init() {}
}
