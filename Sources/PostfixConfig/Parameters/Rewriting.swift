// Changing addresses on the way: cleanup(8), trivial-rewrite(8).

extension Parameter<Bool> {
    public static var allowPercentHack: Self {
        Self("allow_percent_hack", default: "yes", "Whether user%domain is taken for user@domain.")
    }
    public static var appendAtMyorigin: Self {
        Self("append_at_myorigin", default: "yes", "Whether addresses without a domain get @$myorigin.")
    }
    public static var resolveDequotedAddress: Self {
        Self(
            "resolve_dequoted_address", default: "yes",
            "Whether a local part is unquoted before it is searched for routing.")
    }
    public static var swapBangpath: Self {
        Self("swap_bangpath", default: "yes", "Whether site!user is taken for user@site.")
    }
}

extension ParameterCatalogue {
    static let rewriting: [ParameterDefinition] = [
        Parameter<Bool>.allowPercentHack.definition,
        .known(
            "allow_untrusted_routing", .boolean, "no",
            "Whether mail with routing inside its local part may be sent on for strangers."),
        Parameter<Bool>.appendAtMyorigin.definition,
        .routing(
            "canonical_classes", .list,
            "envelope_sender, envelope_recipient, header_sender, header_recipient",
            "The kinds of addresses that canonical_maps change."),
        .routing(
            "canonical_maps", .list, "",
            "The tables that change all addresses, of senders and recipients."),
        .known(
            "empty_address_default_transport_maps_lookup_key", .text, "<>",
            "What is looked up in sender_dependent_default_transport_maps for the empty sender."),
        .known(
            "empty_address_local_login_sender_maps_lookup_key", .text, "<>",
            "What is looked up in local_login_sender_maps for the empty sender."),
        .known(
            "empty_address_relayhost_maps_lookup_key", .text, "<>",
            "What is looked up in sender_dependent_relayhost_maps for the empty sender."),
        .known(
            "local_header_rewrite_clients", .list, "permit_inet_interfaces",
            "The clients in whose messages addresses of header fields are completed with local domains."),
        .known(
            "masquerade_classes", .list, "envelope_sender, header_sender, header_recipient",
            "The kinds of addresses that masquerade_domains change."),
        .routing(
            "masquerade_domains", .list, "",
            "The domains whose subdomains are stripped from addresses."),
        .known("masquerade_exceptions", .list, "", "The user names that masquerade_domains leaves alone."),
        .routing(
            "recipient_canonical_classes", .list, "envelope_recipient, header_recipient",
            "The kinds of addresses that recipient_canonical_maps change."),
        .routing("recipient_canonical_maps", .list, "", "The tables that change recipients' addresses."),
        .known(
            "remote_header_rewrite_domain", .text, "",
            "The domain that incomplete header addresses of other clients get; empty: they stay incomplete."),
        Parameter<Bool>.resolveDequotedAddress.definition,
        .known("resolve_null_domain", .boolean, "no", "Whether user@ is taken for a user of this machine."),
        .known(
            "resolve_numeric_domain", .boolean, "no",
            "Whether user@192.0.2.1 is taken for user@[192.0.2.1]."),
        .routing(
            "sender_canonical_classes", .list, "envelope_sender, header_sender",
            "The kinds of addresses that sender_canonical_maps change."),
        .routing("sender_canonical_maps", .list, "", "The tables that change senders' addresses."),
        Parameter<Bool>.swapBangpath.definition,
        .known(
            "enable_idna2003_compatibility", .boolean, "no",
            "Whether internationalised domains are converted as IDNA2003 had it."),
    ]
}
