// More ways for mail to leave: trivial-rewrite(8), qmgr(8).

extension Parameter<[String]> {
    public static var relocatedMaps: Self {
        Self(
            "relocated_maps", default: "", remembersAnswers: true,
            "The tables of users who have moved, with where to.")
    }
    public static var senderDependentDefaultTransportMaps: Self {
        Self(
            "sender_dependent_default_transport_maps", default: "",
            "The tables that choose default_transport by sender.")
    }
    public static var senderDependentRelayhostMaps: Self {
        Self(
            "sender_dependent_relayhost_maps", default: "", "The tables that choose relayhost by sender.")
    }
}

extension Parameter<Bool> {
    public static var allowMinUser: Self {
        Self("allow_min_user", default: "no", "Whether a local part may begin with a hyphen.")
    }
    public static var allowUntrustedRouting: Self {
        Self(
            "allow_untrusted_routing", default: "no",
            "Whether mail with routing inside its local part may be sent on for strangers.")
    }
    public static var relocatedPrefixEnable: Self {
        Self(
            "relocated_prefix_enable", default: "yes",
            "Martlet's own, until Debian's Postfix has it too: whether \"5.1.6 User has moved to \" stands before "
                + "what relocated_maps answer.")
    }
}

extension Parameter<String> {
    public static var emptyAddressDefaultTransportMapsLookupKey: Self {
        Self(
            "empty_address_default_transport_maps_lookup_key", default: "<>", notEmpty: true,
            "What is looked up in sender_dependent_default_transport_maps for the empty sender.")
    }
    public static var emptyAddressRelayhostMapsLookupKey: Self {
        Self(
            "empty_address_relayhost_maps_lookup_key", default: "<>", notEmpty: true,
            "What is looked up in sender_dependent_relayhost_maps for the empty sender.")
    }
}

extension ParameterCatalogue {
    static let routes: [ParameterDefinition] = [
        .routing(
            "best_mx_transport", .text, "",
            "The transport for domains whose best mail exchanger this machine is."),
        .routing(
            "content_filter", .text, "",
            "Transport and next hop of a filter that all mail goes through after it is queued."),
        .known(
            "default_filter_nexthop", .text, "",
            "The next hop of a content filter that none is named for."),
        .routing(
            "defer_transports", .list, "",
            "The transports whose mail waits until the queue is flushed."),
        Parameter<[String]>.relocatedMaps.definition,
        Parameter<Bool>.relocatedPrefixEnable.definition,
        Parameter<[String]>.senderDependentDefaultTransportMaps.definition,
        Parameter<[String]>.senderDependentRelayhostMaps.definition,
        Parameter<String>.emptyAddressDefaultTransportMapsLookupKey.definition,
        Parameter<String>.emptyAddressRelayhostMapsLookupKey.definition,
        Parameter<Bool>.allowMinUser.definition,
        Parameter<Bool>.allowUntrustedRouting.definition,
        .guarding(
            "permit_mx_backup_networks", .list, "",
            "The networks of the primary mail exchangers that permit_mx_backup relays for."),
        .guarding(
            "relay_clientcerts", .text, "",
            "The table of client certificates that permit_tls_clientcerts relays for."),
    ]
}
