// The SMTP reply codes of refusals: postconf(5).

extension Parameter<Int> {
    public static var rejectCode: Self {
        Self("reject_code", default: "554", in: 400...599, "The reply code of reject.")
    }
    public static var deferCode: Self {
        Self("defer_code", default: "450", in: 400...499, "The reply code of defer.")
    }
    public static var accessMapRejectCode: Self {
        Self(
            "access_map_reject_code", default: "554", in: 400...599,
            "The reply code of REJECT in an access table.")
    }
    public static var accessMapDeferCode: Self {
        Self(
            "access_map_defer_code", default: "450", in: 400...499,
            "The reply code of DEFER in an access table.")
    }
    public static var relayDomainsRejectCode: Self {
        Self(
            "relay_domains_reject_code", default: "554", in: 400...599,
            "The reply code of reject_unauth_destination.")
    }
    public static var invalidHostnameRejectCode: Self {
        Self(
            "invalid_hostname_reject_code", default: "501", in: 400...599,
            "The reply code of reject_invalid_helo_hostname.")
    }
    public static var nonFqdnRejectCode: Self {
        Self(
            "non_fqdn_reject_code", default: "504", in: 400...599,
            "The reply code of reject_non_fqdn_helo_hostname, _sender and _recipient.")
    }
    public static var unknownAddressRejectCode: Self {
        Self(
            "unknown_address_reject_code", default: "450", in: 400...599,
            "The reply code of reject_unknown_sender_domain and reject_unknown_recipient_domain.")
    }
    public static var unknownClientRejectCode: Self {
        Self(
            "unknown_client_reject_code", default: "450", in: 400...599,
            "The reply code of reject_unknown_client_hostname.")
    }
    public static var unknownHostnameRejectCode: Self {
        Self(
            "unknown_hostname_reject_code", default: "450", in: 400...599,
            "The reply code of reject_unknown_helo_hostname.")
    }
    public static var unknownLocalRecipientRejectCode: Self {
        Self(
            "unknown_local_recipient_reject_code", default: "550", in: 400...599,
            "The reply code for a recipient that local_recipient_maps do not have.")
    }
    public static var unknownRelayRecipientRejectCode: Self {
        Self(
            "unknown_relay_recipient_reject_code", default: "550", in: 400...599,
            "The reply code for a recipient that relay_recipient_maps do not have.")
    }
    public static var unknownVirtualAliasRejectCode: Self {
        Self(
            "unknown_virtual_alias_reject_code", default: "550", in: 400...599,
            "The reply code for a recipient that virtual_alias_maps do not have.")
    }
    public static var unknownVirtualMailboxRejectCode: Self {
        Self(
            "unknown_virtual_mailbox_reject_code", default: "550", in: 400...599,
            "The reply code for a recipient that virtual_mailbox_maps do not have.")
    }
    public static var multiRecipientBounceRejectCode: Self {
        Self(
            "multi_recipient_bounce_reject_code", default: "550", in: 400...599,
            "The reply code of reject_multi_recipient_bounce.")
    }
}

extension ParameterCatalogue {
    static let rejectCodes: [ParameterDefinition] = [
        Parameter<Int>.rejectCode.definition,
        Parameter<Int>.deferCode.definition,
        Parameter<Int>.accessMapRejectCode.definition,
        Parameter<Int>.accessMapDeferCode.definition,
        Parameter<Int>.relayDomainsRejectCode.definition,
        Parameter<Int>.invalidHostnameRejectCode.definition,
        Parameter<Int>.nonFqdnRejectCode.definition,
        Parameter<Int>.unknownAddressRejectCode.definition,
        Parameter<Int>.unknownClientRejectCode.definition,
        Parameter<Int>.unknownHostnameRejectCode.definition,
        Parameter<Int>.unknownLocalRecipientRejectCode.definition,
        Parameter<Int>.unknownRelayRecipientRejectCode.definition,
        Parameter<Int>.unknownVirtualAliasRejectCode.definition,
        Parameter<Int>.unknownVirtualMailboxRejectCode.definition,
        Parameter<Int>.multiRecipientBounceRejectCode.definition,
    ]
}
