// Keeping bad clients from the SMTP server: postscreen(8).

extension ParameterCatalogue {
    static let postscreen: [ParameterDefinition] = [
        .known(
            "dnsblog_reply_delay", .time, "0s",
            "For tests: how long an answer of dnsblog(8) is held back."),
        .known(
            "postscreen_access_list", .list, "permit_mynetworks",
            "The clients that are let through or refused without tests."),
        .known(
            "postscreen_allowlist_interfaces", .list,
            "${postscreen_whitelist_interfaces?{$postscreen_whitelist_interfaces}:{static:all}}",
            "The addresses of this machine at which a client can pass the tests."),
        .known(
            "postscreen_bare_newline_action", .text, "ignore",
            "What happens to a client that ends lines in LF without CR."),
        .known(
            "postscreen_bare_newline_enable", .boolean, "no",
            "Whether clients are tested for lines that end in LF without CR."),
        .known("postscreen_bare_newline_ttl", .time, "30d", "How long having passed that test counts."),
        .known(
            "postscreen_cache_cleanup_interval", .time, "12h",
            "How often old results are removed from postscreen_cache_map."),
        .known(
            "postscreen_cache_map", .text, "btree:$data_directory/postscreen_cache",
            "The table that results of tests are kept in."),
        .known(
            "postscreen_cache_retention_time", .time, "7d",
            "How long a result is kept after it has run out."),
        .known(
            "postscreen_client_connection_count_limit", .number, "$smtpd_client_connection_count_limit",
            "How many connections one client may have at once."),
        .known(
            "postscreen_command_count_limit", .number, "20",
            "How many commands a client may send during the tests."),
        .known("postscreen_command_filter", .text, "", "The table that changes commands during the tests."),
        .known(
            "postscreen_command_time_limit", .time, "${stress?{10}:{300}}s",
            "How long a client may take for one command during the tests."),
        .known(
            "postscreen_denylist_action", .text,
            "${postscreen_blacklist_action?{$postscreen_blacklist_action}:{ignore}}",
            "What happens to a client that postscreen_access_list refuses."),
        .known(
            "postscreen_disable_vrfy_command", .boolean, "$disable_vrfy_command",
            "As disable_vrfy_command, during the tests."),
        .known(
            "postscreen_discard_ehlo_keyword_address_maps", .list, "$smtpd_discard_ehlo_keyword_address_maps",
            "As smtpd_discard_ehlo_keyword_address_maps, during the tests."),
        .known(
            "postscreen_discard_ehlo_keywords", .list, "$smtpd_discard_ehlo_keywords",
            "As smtpd_discard_ehlo_keywords, during the tests."),
        .known("postscreen_dnsbl_action", .text, "ignore", "What happens to a client that DNS lists name."),
        .known(
            "postscreen_dnsbl_allowlist_threshold", .number,
            "${postscreen_dnsbl_whitelist_threshold?{$postscreen_dnsbl_whitelist_threshold}:{0}}",
            "The score of DNS lists at which a client needs no further tests; 0: none."),
        .known(
            "postscreen_dnsbl_max_ttl", .time, "${postscreen_dnsbl_ttl?{$postscreen_dnsbl_ttl}:{1}}h",
            "How long having passed the test of DNS lists counts at most."),
        .known(
            "postscreen_dnsbl_min_ttl", .time, "60s",
            "How long having passed the test of DNS lists counts at least."),
        .known(
            "postscreen_dnsbl_reply_map", .text, "",
            "The table of names under which DNS lists are shown to clients."),
        .known("postscreen_dnsbl_sites", .list, "", "The DNS lists, with filters and weights."),
        .known("postscreen_dnsbl_threshold", .number, "1", "The score of DNS lists at which a client fails."),
        .known("postscreen_dnsbl_timeout", .time, "10s", "How long DNS lists may take to answer."),
        .known(
            "postscreen_enforce_tls", .boolean, "$smtpd_enforce_tls",
            "As smtpd_enforce_tls, during the tests."),
        .known(
            "postscreen_expansion_filter", .template, "$smtpd_expansion_filter",
            "As smtpd_expansion_filter, during the tests."),
        .known(
            "postscreen_forbidden_commands", .list, "$smtpd_forbidden_commands",
            "As smtpd_forbidden_commands, during the tests."),
        .known(
            "postscreen_greet_action", .text, "ignore",
            "What happens to a client that speaks before the greeting."),
        .known(
            "postscreen_greet_banner", .text, "$smtpd_banner",
            "The first part of a greeting, before the pause."),
        .known("postscreen_greet_ttl", .time, "1d", "How long having waited for the greeting counts."),
        .known(
            "postscreen_greet_wait", .time, "${stress?{2}:{6}}s",
            "How long the pause before the greeting is."),
        .known(
            "postscreen_helo_required", .boolean, "$smtpd_helo_required",
            "As smtpd_helo_required, during the tests."),
        .known(
            "postscreen_non_smtp_command_action", .text, "drop",
            "What happens to a client that sends commands of another protocol."),
        .known(
            "postscreen_non_smtp_command_enable", .boolean, "no",
            "Whether clients are tested for commands of another protocol."),
        .known("postscreen_non_smtp_command_ttl", .time, "30d", "How long having passed that test counts."),
        .known(
            "postscreen_pipelining_action", .text, "enforce",
            "What happens to a client that pipelines where it must not."),
        .known("postscreen_pipelining_enable", .boolean, "no", "Whether clients are tested for that."),
        .known("postscreen_pipelining_ttl", .time, "30d", "How long having passed that test counts."),
        .known(
            "postscreen_post_queue_limit", .number, "$default_process_limit",
            "How many clients may wait for the SMTP server."),
        .known(
            "postscreen_pre_queue_limit", .number, "$default_process_limit",
            "How many clients may be in the tests."),
        .known(
            "postscreen_reject_footer", .template, "$smtpd_reject_footer",
            "As smtpd_reject_footer, during the tests."),
        .known(
            "postscreen_reject_footer_maps", .list, "$smtpd_reject_footer_maps",
            "As smtpd_reject_footer_maps, during the tests."),
        .known(
            "postscreen_tls_security_level", .text, "$smtpd_tls_security_level",
            "As smtpd_tls_security_level, during the tests."),
        .known(
            "postscreen_upstream_proxy_protocol", .text, "",
            "The protocol by which a proxy says whom it speaks for."),
        .known("postscreen_upstream_proxy_timeout", .time, "5s", "How long a proxy may take to say so."),
        .known("postscreen_use_tls", .boolean, "$smtpd_use_tls", "As smtpd_use_tls, during the tests."),
        .known("postscreen_watchdog_timeout", .time, "10s", "How long one request may keep postscreen(8)."),
    ]
}
