import LookupTables
import PostfixConfig
import Routing

/// What the restriction lists of one service say and refer to: postconf(5).
public struct AccessSettings: Sendable {
    public var lists: RestrictionLists
    public var mynetworks: ClientList
    /// The machine's own addresses, for `permit_inet_interfaces`.
    public var interfaces: ClientList
    /// `smtpd_delay_reject`
    public var isRejectDelayed: Bool
    /// `smtpd_relay_before_recipient_restrictions`
    public var isRelayFirst: Bool
    /// `smtpd_reject_unlisted_recipient`
    public var rejectsUnlistedRecipient: Bool
    /// `smtpd_reject_unlisted_sender`
    public var rejectsUnlistedSender: Bool
    /// `allow_untrusted_routing`: routing inside a local part is no reason not to relay for strangers.
    public var allowsUntrustedRouting = false
    public var codes: RejectCodes
    /// `smtpd_sender_login_maps`: who may use which sender.
    public var senderLoginMaps = TableList(parameter: "smtpd_sender_login_maps", tables: [])
    /// `smtpd_sasl_auth_enable`: words about senders and logins mean nothing without it.
    public var offersLogin = false

    /// What `reject_unverified_recipient` and `reject_unverified_sender` answer.
    public var unverifiedRecipient = UnverifiedRules()
    public var unverifiedSender = UnverifiedRules()
    /// How long RCPT waits for a probe: `address_verify_poll_delay`, but for the last of `address_verify_poll_count`.
    public var probePatience: Duration = .seconds(6)
    /// Whom our own probes are from: always taken as a recipient.
    public var probeSender = ProbeSender(nil)

    /// The reply codes that main.cf may change.
    public struct RejectCodes: Sendable {
        public var reject = 554
        public var `defer` = 450
        public var relayDomains = 554
        public var nonFQDN = 504
        public var invalidHostname = 501

        public init() {}
    }

    public init(
        lists: RestrictionLists, mynetworks: ClientList = ClientList(parameter: "mynetworks"),
        interfaces: ClientList = ClientList(parameter: "inet_interfaces"),
        isRejectDelayed: Bool = true, isRelayFirst: Bool = true, rejectsUnlistedRecipient: Bool = true,
        rejectsUnlistedSender: Bool = false, codes: RejectCodes = RejectCodes()
    ) {
        self.lists = lists
        self.mynetworks = mynetworks
        self.interfaces = interfaces
        self.isRejectDelayed = isRejectDelayed
        self.isRelayFirst = isRelayFirst
        self.rejectsUnlistedRecipient = rejectsUnlistedRecipient
        self.rejectsUnlistedSender = rejectsUnlistedSender
        self.codes = codes
    }
}
