/// What main.cf says about an address's way, as plain values.
///
/// Defaults are Postfix's: postconf(5).
public struct RoutingSettings: Sendable {
    public var myhostname: String
    public var mydomain: String
    public var myorigin: String

    /// `append_at_myorigin`: a bare local part gets `@$myorigin`.
    public var appendsAtMyorigin = true
    /// `append_dot_mydomain`: a domain of one label gets `.$mydomain`.
    public var appendsDotMydomain = false
    /// `percent_hack`: `user%domain` without a domain means `user@domain`.
    public var percentHack = true
    /// `swap_bangpath`: `site!user` without a domain means `user@site`.
    public var swapBangpath = true
    /// `resolve_dequoted_address`: routing characters count even inside a quoted local part.
    public var resolvesDequotedAddress = true
    /// `empty_address_recipient`
    public var emptyAddressRecipient = "MAILER-DAEMON"
    /// `double_bounce_sender`
    public var doubleBounceSender = "double-bounce"

    /// `recipient_delimiter`: a set of characters, the first that occurs splits.
    public var recipientDelimiter = ""
    /// `owner_request_special`: with `-` as a delimiter, `owner-x` and `x-request` stay whole.
    public var ownerRequestSpecial = true
    /// Whether `propagate_unmatched_extensions` names `virtual`.
    public var propagatesVirtualExtensions = true

    /// `virtual_alias_recursion_limit`, `virtual_alias_expansion_limit`, `virtual_alias_address_length_limit`
    public var aliasRecursionLimit = 1000
    public var aliasExpansionLimit = 1000
    public var aliasAddressLengthLimit = 1000
    /// `reject_unlisted_alias_target`, Martlet's own.
    public var rejectsUnlistedAliasTargets = true
    /// `virtual_catchall_after_mailboxes`, Martlet's own.
    public var catchallAfterMailboxes = false

    /// `recipient_delimiter_longest_match`, Martlet's own.
    public var matchesLongestName = false
    /// `virtual_alias_wildcard_length`, Martlet's own: how many characters may stand before the `*`; 0 is no wildcards.
    public var aliasWildcardLength = 0

    /// `show_user_unknown_table_name`
    public var showsUserUnknownTableName = true
    /// `unknown_local_recipient_reject_code` and its sisters.
    public var unknownLocalRecipientRejectCode = 550
    public var unknownVirtualAliasRejectCode = 550
    public var unknownVirtualMailboxRejectCode = 550
    public var unknownRelayRecipientRejectCode = 550

    /// `transport` or `transport:nexthop`, as main.cf has it.
    public var localTransport: String
    public var virtualTransport = "virtual"
    public var relayTransport = "relay"
    public var defaultTransport = "smtp"
    public var relayhost = ""
    /// Whether `parent_domain_matches_subdomains` names `transport_maps`; else `.domain` keys match subdomains.
    public var transportMapsMatchSubdomains = false

    // What goes where by sender, and who has moved.
    /// `allow_min_user`: a local part may begin with a hyphen.
    public var allowsLeadingHyphen = false
    /// `empty_address_default_transport_maps_lookup_key`, `empty_address_relayhost_maps_lookup_key`
    public var nullDefaultTransportKey = "<>"
    public var nullRelayhostKey = "<>"
    /// `relocated_prefix_enable`: `5.1.6 User has moved to ` stands before what relocated_maps answer.
    public var prefixesRelocated = true

    /// Mail for users of this machine.
    public var local = LocalSettings()

    /// `helpful_warnings`: say when a domain is listed in two classes.
    public var helpfulWarnings = true

    /// Addresses that change on the way.
    public var rewriting = RewritingSettings()

    public init(myhostname: String, mydomain: String? = nil, myorigin: String? = nil) {
        self.myhostname = myhostname
        self.mydomain =
            mydomain ?? myhostname.firstIndex(of: ".").map {
                String(myhostname[myhostname.index(after: $0)...])
            }
            ?? "localdomain"
        self.myorigin = myorigin ?? myhostname
        localTransport = "local:\(myhostname)"
    }
}
