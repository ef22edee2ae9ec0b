// More about SMTP sessions: smtpd(8).

extension ParameterCatalogue {
    static let sessions: [ParameterDefinition] = [
        .known("broken_sasl_auth_clients", .boolean, "no", "Whether AUTH is offered in an old form besides."),
        .guarding(
            "smtpd_authorized_xclient_hosts", .list, "",
            "The clients that may say by XCLIENT that they speak for another."),
        .guarding(
            "smtpd_authorized_xforward_hosts", .list, "",
            "The clients that may say by XFORWARD whom a message came from."),
        .known("smtpd_command_filter", .text, "", "The table that changes commands before they are read."),
        .known(
            "smtpd_delay_open_until_valid_rcpt", .boolean, "yes",
            "Whether a message is begun in the queue only after a good recipient."),
        .known(
            "smtpd_discard_ehlo_keyword_address_maps", .list, "",
            "The tables that choose smtpd_discard_ehlo_keywords by client address."),
        .guarding(
            "smtpd_forbid_bare_newline_reject_code", .number, "550",
            "The reply code for a line that ends in LF without CR."),
        .known(
            "smtpd_history_flush_threshold", .number, "100",
            "After how many lines the record of a session is dropped."),
        .guarding(
            "smtpd_min_data_rate", .number, "500",
            "How many bytes a second a client must send at least where time limits hold for a whole request."),
        .guarding(
            "smtpd_per_request_deadline", .boolean,
            "${smtpd_per_record_deadline?{$smtpd_per_record_deadline}:{${stress?{yes}:{no}}}}",
            "Whether smtpd_timeout limits a whole command or part of a message instead of one read."),
        .known(
            "smtpd_proxy_ehlo", .text, "$myhostname",
            "The name that a filter before the queue is greeted with."),
        .guarding("smtpd_proxy_filter", .text, "", "The filter that mail goes through before it is queued."),
        .known("smtpd_proxy_options", .list, "", "How a filter before the queue is used."),
        .known("smtpd_proxy_timeout", .time, "100s", "How long a filter before the queue may take."),
        .known("smtpd_reject_footer", .template, "", "The text that is added to refusals."),
        .known(
            "smtpd_reject_footer_maps", .list, "",
            "The tables that choose a smtpd_reject_footer by the refusal's text."),
        .guarding(
            "smtpd_upstream_proxy_protocol", .text, "",
            "The protocol by which a proxy says whom it speaks for."),
        .known("smtpd_upstream_proxy_timeout", .time, "5s", "How long a proxy may take to say so."),
    ]
}
