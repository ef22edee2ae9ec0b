// What the LMTP client has in common with the SMTP client: lmtp(8).

extension ParameterCatalogue {
    static let lmtpClientDetails: [ParameterDefinition] = [
        .known("lmtp_address_preference", .text, "any", "As smtp_address_preference, for the LMTP client."),
        .known(
            "lmtp_balance_inet_protocols", .boolean, "yes",
            "As smtp_balance_inet_protocols, for the LMTP client."),
        .known("lmtp_bind_address", .text, "", "As smtp_bind_address, for the LMTP client."),
        .known("lmtp_bind_address6", .text, "", "As smtp_bind_address6, for the LMTP client."),
        .known(
            "lmtp_bind_address_enforce", .boolean, "no",
            "As smtp_bind_address_enforce, for the LMTP client."),
        .known("lmtp_body_checks", .list, "", "As smtp_body_checks, for the LMTP client."),
        .known(
            "lmtp_cname_overrides_servername", .boolean, "no",
            "As smtp_cname_overrides_servername, for the LMTP client."),
        .known(
            "lmtp_defer_if_no_mx_address_found", .boolean, "no",
            "As smtp_defer_if_no_mx_address_found, for the LMTP client."),
        .known(
            "lmtp_delivery_status_filter", .text, "$default_delivery_status_filter",
            "As smtp_delivery_status_filter, for the LMTP client."),
        .known("lmtp_dns_reply_filter", .text, "", "As smtp_dns_reply_filter, for the LMTP client."),
        .known("lmtp_dns_resolver_options", .list, "", "As smtp_dns_resolver_options, for the LMTP client."),
        .known("lmtp_dns_support_level", .text, "", "As smtp_dns_support_level, for the LMTP client."),
        .known("lmtp_enforce_tls", .boolean, "no", "As smtp_enforce_tls, for the LMTP client."),
        .known("lmtp_fallback_relay", .list, "", "As smtp_fallback_relay, for the LMTP client."),
        .known("lmtp_generic_maps", .list, "", "As smtp_generic_maps, for the LMTP client."),
        .known("lmtp_header_checks", .list, "", "As smtp_header_checks, for the LMTP client."),
        .known("lmtp_host_lookup", .text, "dns", "As smtp_host_lookup, for the LMTP client."),
        .known("lmtp_line_length_limit", .number, "998", "As smtp_line_length_limit, for the LMTP client."),
        .known("lmtp_mime_header_checks", .list, "", "As smtp_mime_header_checks, for the LMTP client."),
        .known("lmtp_min_data_rate", .number, "500", "As smtp_min_data_rate, for the LMTP client."),
        .known("lmtp_mx_address_limit", .number, "5", "As smtp_mx_address_limit, for the LMTP client."),
        .known("lmtp_mx_session_limit", .number, "2", "As smtp_mx_session_limit, for the LMTP client."),
        .known("lmtp_nested_header_checks", .list, "", "As smtp_nested_header_checks, for the LMTP client."),
        .known(
            "lmtp_per_request_deadline", .boolean,
            "${lmtp_per_record_deadline?{$lmtp_per_record_deadline}:{no}}",
            "As smtp_per_request_deadline, for the LMTP client."),
        .known(
            "lmtp_pix_workaround_delay_time", .time, "10s",
            "As smtp_pix_workaround_delay_time, for the LMTP client."),
        .known("lmtp_pix_workaround_maps", .list, "", "As smtp_pix_workaround_maps, for the LMTP client."),
        .known(
            "lmtp_pix_workaround_threshold_time", .time, "500s",
            "As smtp_pix_workaround_threshold_time, for the LMTP client."),
        .known(
            "lmtp_pix_workarounds", .list, "disable_esmtp,delay_dotcrlf",
            "As smtp_pix_workarounds, for the LMTP client."),
        .known(
            "lmtp_quote_rfc821_envelope", .boolean, "yes",
            "As smtp_quote_rfc821_envelope, for the LMTP client."),
        .known(
            "lmtp_randomize_addresses", .boolean, "yes",
            "As smtp_randomize_addresses, for the LMTP client."),
        .known("lmtp_reply_filter", .text, "", "As smtp_reply_filter, for the LMTP client."),
        .known("lmtp_sasl_auth_cache_name", .text, "", "As smtp_sasl_auth_cache_name, for the LMTP client."),
        .known(
            "lmtp_sasl_auth_cache_time", .time, "90d",
            "As smtp_sasl_auth_cache_time, for the LMTP client."),
        .known("lmtp_sasl_auth_enable", .boolean, "no", "As smtp_sasl_auth_enable, for the LMTP client."),
        .known(
            "lmtp_sasl_auth_soft_bounce", .boolean, "yes",
            "As smtp_sasl_auth_soft_bounce, for the LMTP client."),
        .known(
            "lmtp_sasl_mechanism_filter", .text, "",
            "As smtp_sasl_mechanism_filter, for the LMTP client."),
        .known("lmtp_sasl_password_maps", .list, "", "As smtp_sasl_password_maps, for the LMTP client."),
        .known("lmtp_sasl_path", .text, "", "As smtp_sasl_path, for the LMTP client."),
        .known(
            "lmtp_sasl_security_options", .list, "noplaintext, noanonymous",
            "As smtp_sasl_security_options, for the LMTP client."),
        .known(
            "lmtp_sasl_tls_security_options", .list, "$lmtp_sasl_security_options",
            "As smtp_sasl_tls_security_options, for the LMTP client."),
        .known(
            "lmtp_sasl_tls_verified_security_options", .list, "$lmtp_sasl_tls_security_options",
            "As smtp_sasl_tls_verified_security_options, for the LMTP client."),
        .known("lmtp_sasl_type", .text, "cyrus", "As smtp_sasl_type, for the LMTP client."),
        .known(
            "lmtp_send_dummy_mail_auth", .boolean, "no",
            "As smtp_send_dummy_mail_auth, for the LMTP client."),
        .known(
            "lmtp_send_xforward_command", .boolean, "no",
            "As smtp_send_xforward_command, for the LMTP client."),
        .known(
            "lmtp_sender_dependent_authentication", .boolean, "no",
            "As smtp_sender_dependent_authentication, for the LMTP client."),
        .known("lmtp_skip_5xx_greeting", .boolean, "yes", "As smtp_skip_5xx_greeting, for the LMTP client."),
        .known("lmtp_skip_quit_response", .boolean, "no", "As smtp_skip_quit_response, for the LMTP client."),
        .known("lmtp_starttls_timeout", .time, "300s", "As smtp_starttls_timeout, for the LMTP client."),
        .known("lmtp_tls_CAfile", .text, "", "As smtp_tls_CAfile, for the LMTP client."),
        .known("lmtp_tls_CApath", .text, "", "As smtp_tls_CApath, for the LMTP client."),
        .known(
            "lmtp_tls_block_early_mail_reply", .boolean, "no",
            "As smtp_tls_block_early_mail_reply, for the LMTP client."),
        .known("lmtp_tls_cert_file", .text, "", "As smtp_tls_cert_file, for the LMTP client."),
        .known("lmtp_tls_chain_files", .list, "", "As smtp_tls_chain_files, for the LMTP client."),
        .known("lmtp_tls_ciphers", .text, "medium", "As smtp_tls_ciphers, for the LMTP client."),
        .known(
            "lmtp_tls_connection_reuse", .boolean, "no",
            "As smtp_tls_connection_reuse, for the LMTP client."),
        .known("lmtp_tls_dcert_file", .text, "", "As smtp_tls_dcert_file, for the LMTP client."),
        .known(
            "lmtp_tls_dkey_file", .text, "$lmtp_tls_dcert_file",
            "As smtp_tls_dkey_file, for the LMTP client."),
        .known("lmtp_tls_eccert_file", .text, "", "As smtp_tls_eccert_file, for the LMTP client."),
        .known(
            "lmtp_tls_eckey_file", .text, "$lmtp_tls_eccert_file",
            "As smtp_tls_eckey_file, for the LMTP client."),
        .known(
            "lmtp_tls_enforce_peername", .boolean, "yes",
            "As smtp_tls_enforce_peername, for the LMTP client."),
        .known("lmtp_tls_exclude_ciphers", .text, "", "As smtp_tls_exclude_ciphers, for the LMTP client."),
        .known(
            "lmtp_tls_fingerprint_cert_match", .text, "",
            "As smtp_tls_fingerprint_cert_match, for the LMTP client."),
        .known(
            "lmtp_tls_fingerprint_digest", .text, "${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}",
            "As smtp_tls_fingerprint_digest, for the LMTP client."),
        .known(
            "lmtp_tls_force_insecure_host_tlsa_lookup", .boolean, "no",
            "As smtp_tls_force_insecure_host_tlsa_lookup, for the LMTP client."),
        .known(
            "lmtp_tls_key_file", .text, "$lmtp_tls_cert_file",
            "As smtp_tls_key_file, for the LMTP client."),
        .known("lmtp_tls_loglevel", .number, "0", "As smtp_tls_loglevel, for the LMTP client."),
        .known(
            "lmtp_tls_mandatory_ciphers", .text, "medium",
            "As smtp_tls_mandatory_ciphers, for the LMTP client."),
        .known(
            "lmtp_tls_mandatory_exclude_ciphers", .text, "",
            "As smtp_tls_mandatory_exclude_ciphers, for the LMTP client."),
        .known(
            "lmtp_tls_mandatory_protocols", .text, ">=TLSv1",
            "As smtp_tls_mandatory_protocols, for the LMTP client."),
        .known(
            "lmtp_tls_note_starttls_offer", .boolean, "no",
            "As smtp_tls_note_starttls_offer, for the LMTP client."),
        .known("lmtp_tls_per_site", .text, "", "As smtp_tls_per_site, for the LMTP client."),
        .known("lmtp_tls_policy_maps", .list, "", "As smtp_tls_policy_maps, for the LMTP client."),
        .known("lmtp_tls_protocols", .text, ">=TLSv1", "As smtp_tls_protocols, for the LMTP client."),
        .known(
            "lmtp_tls_scert_verifydepth", .number, "9",
            "As smtp_tls_scert_verifydepth, for the LMTP client."),
        .known(
            "lmtp_tls_secure_cert_match", .text, "nexthop",
            "As smtp_tls_secure_cert_match, for the LMTP client."),
        .known("lmtp_tls_security_level", .text, "", "As smtp_tls_security_level, for the LMTP client."),
        .known("lmtp_tls_servername", .text, "", "As smtp_tls_servername, for the LMTP client."),
        .known(
            "lmtp_tls_session_cache_database", .text, "",
            "As smtp_tls_session_cache_database, for the LMTP client."),
        .known(
            "lmtp_tls_session_cache_timeout", .time, "3600s",
            "As smtp_tls_session_cache_timeout, for the LMTP client."),
        .known(
            "lmtp_tls_trust_anchor_file", .text, "",
            "As smtp_tls_trust_anchor_file, for the LMTP client."),
        .known(
            "lmtp_tls_verify_cert_match", .text, "hostname",
            "As smtp_tls_verify_cert_match, for the LMTP client."),
        .known("lmtp_tls_wrappermode", .boolean, "no", "As smtp_tls_wrappermode, for the LMTP client."),
        .known("lmtp_use_tls", .boolean, "no", "As smtp_use_tls, for the LMTP client."),
        .known("lmtp_xforward_timeout", .time, "300s", "As smtp_xforward_timeout, for the LMTP client."),
    ]
}
