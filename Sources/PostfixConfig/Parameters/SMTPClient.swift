// Sending to other servers: smtp(8).

extension ParameterCatalogue {
    static let smtpClient: [ParameterDefinition] = [
        .known("smtp_address_preference", .text, "any", "Whether IPv4 or IPv6 addresses come first."),
        .known("smtp_address_verify_target", .text, "rcpt", "Up to which command a probe goes."),
        .known(
            "smtp_always_send_ehlo", .boolean, "yes",
            "Whether EHLO is sent to servers that do not say ESMTP."),
        .known(
            "smtp_balance_inet_protocols", .boolean, "yes",
            "Whether a limited number of addresses holds some of IPv4 and some of IPv6."),
        .known("smtp_bind_address", .text, "", "The IPv4 address to send from."),
        .known("smtp_bind_address6", .text, "", "The IPv6 address to send from."),
        .known(
            "smtp_bind_address_enforce", .boolean, "no",
            "Whether mail waits when that address cannot be used."),
        .known("smtp_body_checks", .list, "", "The tables that body lines are looked up in on the way out."),
        .known(
            "smtp_cname_overrides_servername", .boolean, "no",
            "Whether a server's canonical name replaces the one that was asked for."),
        .known(
            "smtp_connect_timeout", .time, "30s",
            "How long connecting may take; 0 is as long as the system tries."),
        .known(
            "smtp_connection_cache_destinations", .text, "",
            "Destinations whose connections are kept for the next message."),
        .known(
            "smtp_connection_cache_on_demand", .boolean, "yes",
            "Whether connections are kept while there is much mail for a destination."),
        .known("smtp_connection_cache_time_limit", .time, "2s", "How long an idle connection is kept."),
        .known(
            "smtp_connection_reuse_count_limit", .number, "0",
            "How many messages one connection is used for; 0 is no limit."),
        .known(
            "smtp_connection_reuse_time_limit", .time, "300s",
            "How long one connection is used for message after message."),
        .known(
            "smtp_data_done_timeout", .time, "600s",
            "How long the server may take to answer after the message."),
        .known("smtp_data_init_timeout", .time, "120s", "How long the server may take to answer DATA."),
        .known(
            "smtp_data_xfer_timeout", .time, "180s",
            "How long the server may take to read each part of a message."),
        .known(
            "smtp_defer_if_no_mx_address_found", .boolean, "no",
            "Whether mail waits when no mail exchanger has an address."),
        .known(
            "smtp_delivery_status_filter", .text, "$default_delivery_status_filter",
            "The table that changes status and text of deliveries by SMTP."),
        .known(
            "smtp_discard_ehlo_keyword_address_maps", .list, "",
            "The tables that choose smtp_discard_ehlo_keywords by server address."),
        .known("smtp_discard_ehlo_keywords", .list, "", "EHLO keywords of servers that are ignored."),
        .known(
            "smtp_dns_reply_filter", .text, "",
            "The table that changes or drops answers of the DNS for the SMTP client."),
        .known("smtp_dns_resolver_options", .list, "", "How the resolver completes names."),
        .known("smtp_dns_support_level", .text, "", "Whether the DNS is asked, and with DNSSEC."),
        .known(
            "smtp_enforce_tls", .boolean, "no",
            "Obsolete: whether TLS is required; see smtp_tls_security_level."),
        .routing(
            "smtp_fallback_relay", .list, "$fallback_relay",
            "Next hops for mail whose own servers cannot be reached."),
        .routing("smtp_generic_maps", .list, "", "The tables that change addresses on the way out."),
        .known(
            "smtp_header_checks", .list, "",
            "The tables that header fields are looked up in on the way out."),
        .known("smtp_helo_name", .text, "$myhostname", "What the client calls itself in HELO and EHLO."),
        .known(
            "smtp_helo_timeout", .time, "300s",
            "How long the server may take to greet and to answer HELO or EHLO."),
        .known(
            "smtp_host_lookup", .text, "dns",
            "Whether hosts are looked up in the DNS or as the system does."),
        .known(
            "smtp_line_length_limit", .number, "998",
            "How long a line may be before it is broken, in bytes; 0 is no limit."),
        .known("smtp_mail_timeout", .time, "300s", "How long the server may take to answer MAIL FROM."),
        .known(
            "smtp_mime_header_checks", .list, "",
            "The tables that MIME header fields are looked up in on the way out."),
        .known(
            "smtp_min_data_rate", .number, "500",
            "How many bytes a second a server must take at least where time limits hold for a whole request."),
        .known(
            "smtp_mx_address_limit", .number, "5",
            "How many addresses of mail exchangers are tried; 0 is no limit."),
        .known(
            "smtp_mx_session_limit", .number, "2",
            "How many sessions are tried for one delivery; 0 is no limit."),
        .known(
            "smtp_nested_header_checks", .list, "",
            "The tables that header fields of attached messages are looked up in on the way out."),
        .known("smtp_never_send_ehlo", .boolean, "no", "Whether only HELO is sent."),
        .known(
            "smtp_per_request_deadline", .boolean,
            "${smtp_per_record_deadline?{$smtp_per_record_deadline}:{no}}",
            "Whether time limits hold for a whole command or part of a message instead of one read."),
        .known(
            "smtp_pix_workaround_delay_time", .time, "10s",
            "How long the client pauses before the end of a message to a faulty firewall."),
        .known(
            "smtp_pix_workaround_maps", .list, "",
            "The tables that choose smtp_pix_workarounds by server address."),
        .known(
            "smtp_pix_workaround_threshold_time", .time, "500s",
            "How old a message is before a faulty firewall is worked around."),
        .known(
            "smtp_pix_workarounds", .list, "disable_esmtp,delay_dotcrlf",
            "What is done to get mail through a faulty firewall."),
        .known("smtp_quit_timeout", .time, "300s", "How long the server may take to answer QUIT."),
        .known(
            "smtp_quote_rfc821_envelope", .boolean, "yes",
            "Whether addresses are quoted as the standard wants it."),
        .known(
            "smtp_randomize_addresses", .boolean, "yes",
            "Whether mail exchangers of equal preference are tried in random order."),
        .known("smtp_rcpt_timeout", .time, "300s", "How long the server may take to answer RCPT TO."),
        .known("smtp_reply_filter", .text, "", "The table that changes replies before they are read."),
        .known("smtp_rset_timeout", .time, "20s", "How long the server may take to answer RSET."),
        .known("smtp_send_dummy_mail_auth", .boolean, "no", "Whether MAIL FROM says AUTH=<> after a login."),
        .known(
            "smtp_send_xforward_command", .boolean, "no",
            "Whether the server is told by XFORWARD whom a message came from."),
        .known(
            "smtp_skip_5xx_greeting", .boolean, "yes",
            "Whether a server that greets with 5xx is passed over for the next."),
        .known(
            "smtp_skip_quit_response", .boolean, "yes",
            "Whether the client leaves without waiting for the answer to QUIT."),
        .known("smtp_tcp_port", .text, "smtp", "The port of an SMTP server that none is named for."),
        .known("smtp_xforward_timeout", .time, "300s", "How long the server may take to answer XFORWARD."),
        .known(
            "lmtp_assume_final", .boolean, "no",
            "Whether an LMTP server is taken to be the mailbox itself, for what success reports say."),
        .known(
            "lmtp_discard_lhlo_keyword_address_maps", .list, "",
            "The tables that choose lmtp_discard_lhlo_keywords by server address."),
        .known("lmtp_discard_lhlo_keywords", .list, "", "LHLO keywords of servers that are ignored."),
        .known(
            "pipe_delivery_status_filter", .text, "$default_delivery_status_filter",
            "The table that changes status and text of deliveries by pipe(8)."),
    ]
}
