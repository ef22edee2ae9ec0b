// Probing whether an address accepts mail: verify(8).

extension ParameterCatalogue {
    static let addressVerification: [ParameterDefinition] = [
        .known(
            "address_verify_cache_cleanup_interval", .time, "12h",
            "How often old probe results are removed from address_verify_map."),
        .known(
            "address_verify_default_transport", .text, "$default_transport",
            "The default_transport of probes."),
        .known("address_verify_local_transport", .text, "$local_transport", "The local_transport of probes."),
        .known(
            "address_verify_map", .text, "btree:$data_directory/verify_cache",
            "The table that probe results are kept in."),
        .known("address_verify_negative_cache", .boolean, "yes", "Whether failed probes are remembered."),
        .known("address_verify_negative_expire_time", .time, "3d", "When a failed probe is forgotten."),
        .known(
            "address_verify_negative_refresh_time", .time, "3h",
            "When an address that failed is probed again."),
        .known(
            "address_verify_pending_request_limit", .number, "5000",
            "How many probes may be under way at once."),
        .known(
            "address_verify_poll_count", .number, "${stress?{1}:{3}}",
            "How often the server asks for the result of a probe before it gives up for now."),
        .known("address_verify_poll_delay", .time, "3s", "The pause between two such questions."),
        .known("address_verify_positive_expire_time", .time, "31d", "When a successful probe is forgotten."),
        .known(
            "address_verify_positive_refresh_time", .time, "7d",
            "When an address that was good is probed again."),
        .known("address_verify_relay_transport", .text, "$relay_transport", "The relay_transport of probes."),
        .known("address_verify_relayhost", .text, "$relayhost", "The relayhost of probes."),
        .known("address_verify_sender", .text, "$double_bounce_sender", "The sender address of probes."),
        .known(
            "address_verify_sender_dependent_default_transport_maps", .list,
            "$sender_dependent_default_transport_maps",
            "The sender_dependent_default_transport_maps of probes."),
        .known(
            "address_verify_sender_dependent_relayhost_maps", .list, "$sender_dependent_relayhost_maps",
            "The sender_dependent_relayhost_maps of probes."),
        .known(
            "address_verify_sender_ttl", .time, "0s",
            "How long a time-dependent sender address of probes stays the same; 0: it never changes."),
        .known("address_verify_service_name", .text, "verify", "The name of verify(8) in master.cf."),
        .known("address_verify_transport_maps", .list, "$transport_maps", "The transport_maps of probes."),
        .known(
            "address_verify_virtual_transport", .text, "$virtual_transport",
            "The virtual_transport of probes."),
        .guarding(
            "unverified_recipient_defer_code", .number, "450",
            "The reply code when probing a recipient failed for the moment."),
        .guarding(
            "unverified_recipient_reject_code", .number, "450",
            "The reply code of reject_unverified_recipient."),
        .known(
            "unverified_recipient_reject_reason", .text, "",
            "The text of reject_unverified_recipient in place of the probe's."),
        .guarding(
            "unverified_recipient_tempfail_action", .text, "$reject_tempfail_action",
            "What happens when probing a recipient failed for the moment."),
        .guarding(
            "unverified_sender_defer_code", .number, "450",
            "The reply code when probing a sender failed for the moment."),
        .guarding(
            "unverified_sender_reject_code", .number, "450",
            "The reply code of reject_unverified_sender."),
        .known(
            "unverified_sender_reject_reason", .text, "",
            "The text of reject_unverified_sender in place of the probe's."),
        .guarding(
            "unverified_sender_tempfail_action", .text, "$reject_tempfail_action",
            "What happens when probing a sender failed for the moment."),
    ]
}
