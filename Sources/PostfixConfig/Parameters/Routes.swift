// More ways for mail to leave: trivial-rewrite(8), qmgr(8).

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
        .routing("relocated_maps", .list, "", "The tables of users who have moved, with where to."),
        .routing(
            "sender_dependent_default_transport_maps", .list, "",
            "The tables that choose default_transport by sender."),
        .routing("sender_dependent_relayhost_maps", .list, "", "The tables that choose relayhost by sender."),
        .guarding(
            "permit_mx_backup_networks", .list, "",
            "The networks of the primary mail exchangers that permit_mx_backup relays for."),
        .guarding(
            "relay_clientcerts", .text, "",
            "The table of client certificates that permit_tls_clientcerts relays for."),
    ]
}
