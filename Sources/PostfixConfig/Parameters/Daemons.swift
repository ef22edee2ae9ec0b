// Processes and how they talk: master(8).

extension ParameterCatalogue {
    static let daemons: [ParameterDefinition] = [
        .known("anvil_rate_time_unit", .time, "60s", "The time over which the rates of clients are counted."),
        .known("anvil_status_update_time", .time, "600s", "How often the highest rates are logged."),
        .known(
            "application_event_drain_time", .time, "100s",
            "How long a stopping process waits for its last events."),
        .known(
            "connection_cache_protocol_timeout", .time, "5s",
            "How long the connection cache may take to answer."),
        .known(
            "connection_cache_status_update_time", .time, "600s",
            "How often the connection cache logs its figures."),
        .known(
            "connection_cache_ttl_limit", .time, "2s",
            "How long the connection cache keeps a connection at most."),
        .known(
            "daemon_table_open_error_is_fatal", .boolean, "no",
            "Whether a table that cannot be opened ends the process."),
        .known("daemon_timeout", .time, "18000s", "How long one request may keep a daemon."),
        .known("fault_injection_code", .number, "0", "For tests: which fault a daemon plays."),
        .known("fork_attempts", .number, "5", "How often starting a process is tried."),
        .known("fork_delay", .time, "1s", "The pause between two such attempts."),
        .known("ipc_idle", .time, "5s", "How long an idle connection between daemons is kept."),
        .known("ipc_timeout", .time, "3600s", "How long a daemon may take to answer another."),
        .known("ipc_ttl", .time, "1000s", "How long a connection between daemons is used."),
        .known(
            "known_tcp_ports", .list, "lmtp=24, smtp=25, smtps=submissions=465, submission=587",
            "Names of ports that are known without asking the system."),
        .known("master_service_disable", .list, "", "The services of master.cf that are off."),
        .known("max_idle", .time, "100s", "How long an idle process waits for work before it ends."),
        .known("max_use", .number, "100", "After how many clients a process ends."),
        .known("postlogd_watchdog_timeout", .time, "10s", "How long one request may keep postlogd(8)."),
        .known(
            "service_throttle_time", .time, "60s",
            "The pause before a service that failed to start is tried again."),
        .known("stale_lock_time", .time, "500s", "How old a lock file is when it is taken to be left over."),
        .known("deliver_lock_attempts", .number, "20", "How often locking a file is tried."),
        .known("deliver_lock_delay", .time, "1s", "The pause between two attempts to lock a file."),
        .known("tcp_windowsize", .number, "0", "The size of the TCP window; 0: as the system has it."),
        .known("trigger_timeout", .time, "10s", "How long waking another daemon may take."),
        .known("tlsproxy_watchdog_timeout", .time, "10s", "How long one request may keep tlsproxy(8)."),
        .known(
            "soft_bounce", .boolean, "no",
            "Whether every permanent refusal is made a temporary one, for trying out a setup."),
        .known(
            "stress", .text, "",
            "Set by Postfix while all smtpd processes are busy; defaults such as smtpd_timeout ask for it."),
        .known(
            "proxy_read_maps", .list,
            "$local_recipient_maps $mydestination $virtual_alias_maps $virtual_alias_domains "
                + "$virtual_mailbox_maps $virtual_mailbox_domains $relay_recipient_maps $relay_domains "
                + "$canonical_maps $sender_canonical_maps $recipient_canonical_maps $relocated_maps "
                + "$transport_maps $mynetworks $smtpd_sender_login_maps $sender_bcc_maps "
                + "$recipient_bcc_maps $smtp_generic_maps $lmtp_generic_maps $alias_maps "
                + "$smtpd_client_restrictions $smtpd_helo_restrictions $smtpd_sender_restrictions "
                + "$smtpd_relay_restrictions $smtpd_recipient_restrictions "
                + "$address_verify_sender_dependent_default_transport_maps "
                + "$address_verify_sender_dependent_relayhost_maps $address_verify_transport_maps "
                + "$fallback_transport_maps $lmtp_discard_lhlo_keyword_address_maps "
                + "$lmtp_pix_workaround_maps $lmtp_sasl_password_maps $lmtp_tls_policy_maps "
                + "$mailbox_command_maps $mailbox_transport_maps "
                + "$postscreen_discard_ehlo_keyword_address_maps $rbl_reply_maps "
                + "$sender_dependent_default_transport_maps $sender_dependent_relayhost_maps "
                + "$smtp_discard_ehlo_keyword_address_maps $smtp_pix_workaround_maps "
                + "$smtp_sasl_password_maps $smtp_tls_policy_maps "
                + "$smtpd_discard_ehlo_keyword_address_maps $smtpd_milter_maps $virtual_gid_maps "
                + "$virtual_uid_maps $local_login_sender_maps $postscreen_reject_footer_maps "
                + "$smtpd_reject_footer_maps $tls_server_sni_maps $tlsproxy_client_policy_maps "
                + "$default_delivery_status_filter $lmtp_delivery_status_filter $lmtp_dns_reply_filter "
                + "$lmtp_reply_filter $local_delivery_status_filter $pipe_delivery_status_filter "
                + "$postscreen_command_filter $smtp_delivery_status_filter $smtp_dns_reply_filter "
                + "$smtp_reply_filter $smtpd_command_filter $smtpd_dns_reply_filter "
                + "$virtual_delivery_status_filter $body_checks $header_checks $lmtp_body_checks "
                + "$lmtp_header_checks $lmtp_mime_header_checks $lmtp_nested_header_checks "
                + "$milter_header_checks $mime_header_checks $nested_header_checks $smtp_body_checks "
                + "$smtp_header_checks $smtp_mime_header_checks $smtp_nested_header_checks",
            "The tables that proxymap(8) may read. Martlet needs no list."),
        .known(
            "proxy_write_maps", .list,
            "$smtp_sasl_auth_cache_name $lmtp_sasl_auth_cache_name $address_verify_map "
                + "$postscreen_cache_map",
            "The tables that proxymap(8) may change."),
    ]
}
