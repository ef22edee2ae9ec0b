// TLS on behalf of other daemons: tlsproxy(8).

extension ParameterCatalogue {
    static let tlsProxy: [ParameterDefinition] = [
        .known("tlsproxy_client_CAfile", .text, "$smtp_tls_CAfile", "As smtp_tls_CAfile, for tlsproxy(8)."),
        .known("tlsproxy_client_CApath", .text, "$smtp_tls_CApath", "As smtp_tls_CApath, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_cert_file", .text, "$smtp_tls_cert_file",
            "As smtp_tls_cert_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_chain_files", .list, "$smtp_tls_chain_files",
            "As smtp_tls_chain_files, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_dcert_file", .text, "$smtp_tls_dcert_file",
            "As smtp_tls_dcert_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_dkey_file", .text, "$smtp_tls_dkey_file",
            "As smtp_tls_dkey_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_eccert_file", .text, "$smtp_tls_eccert_file",
            "As smtp_tls_eccert_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_eckey_file", .text, "$smtp_tls_eckey_file",
            "As smtp_tls_eckey_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_enforce_tls", .boolean, "$smtp_enforce_tls",
            "As smtp_enforce_tls, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_fingerprint_digest", .text, "$smtp_tls_fingerprint_digest",
            "As smtp_tls_fingerprint_digest, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_key_file", .text, "$smtp_tls_key_file",
            "As smtp_tls_key_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_loglevel", .number, "$smtp_tls_loglevel",
            "As smtp_tls_loglevel, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_loglevel_parameter", .text, "smtp_tls_loglevel",
            "The name of the parameter that tlsproxy_client_loglevel comes from."),
        .known(
            "tlsproxy_client_per_site", .text, "$smtp_tls_per_site",
            "As smtp_tls_per_site, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_policy_maps", .list, "${tlsproxy_client_policy:$smtp_tls_policy_maps}",
            "As smtp_tls_policy_maps, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_scert_verifydepth", .number, "$smtp_tls_scert_verifydepth",
            "As smtp_tls_scert_verifydepth, for tlsproxy(8)."),
        .known(
            "tlsproxy_client_security_level", .text, "${tlsproxy_client_level:$smtp_tls_security_level}",
            "As smtp_tls_security_level, for tlsproxy(8)."),
        .known("tlsproxy_client_use_tls", .boolean, "$smtp_use_tls", "As smtp_use_tls, for tlsproxy(8)."),
        .known("tlsproxy_tls_CAfile", .text, "$smtpd_tls_CAfile", "As smtpd_tls_CAfile, for tlsproxy(8)."),
        .known("tlsproxy_tls_CApath", .text, "$smtpd_tls_CApath", "As smtpd_tls_CApath, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_always_issue_session_ids", .boolean, "$smtpd_tls_always_issue_session_ids",
            "As smtpd_tls_always_issue_session_ids, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_ask_ccert", .boolean, "$smtpd_tls_ask_ccert",
            "As smtpd_tls_ask_ccert, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_ccert_verifydepth", .number, "$smtpd_tls_ccert_verifydepth",
            "As smtpd_tls_ccert_verifydepth, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_cert_file", .text, "$smtpd_tls_cert_file",
            "As smtpd_tls_cert_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_chain_files", .list, "$smtpd_tls_chain_files",
            "As smtpd_tls_chain_files, for tlsproxy(8)."),
        .known("tlsproxy_tls_ciphers", .text, "$smtpd_tls_ciphers", "As smtpd_tls_ciphers, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_dcert_file", .text, "$smtpd_tls_dcert_file",
            "As smtpd_tls_dcert_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_dh1024_param_file", .text, "$smtpd_tls_dh1024_param_file",
            "As smtpd_tls_dh1024_param_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_dh512_param_file", .text, "$smtpd_tls_dh512_param_file",
            "As smtpd_tls_dh512_param_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_dkey_file", .text, "$smtpd_tls_dkey_file",
            "As smtpd_tls_dkey_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_eccert_file", .text, "$smtpd_tls_eccert_file",
            "As smtpd_tls_eccert_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_eckey_file", .text, "$smtpd_tls_eckey_file",
            "As smtpd_tls_eckey_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_eecdh_grade", .text, "$smtpd_tls_eecdh_grade",
            "As smtpd_tls_eecdh_grade, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_exclude_ciphers", .text, "$smtpd_tls_exclude_ciphers",
            "As smtpd_tls_exclude_ciphers, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_fingerprint_digest", .text, "$smtpd_tls_fingerprint_digest",
            "As smtpd_tls_fingerprint_digest, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_key_file", .text, "$smtpd_tls_key_file",
            "As smtpd_tls_key_file, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_loglevel", .number, "$smtpd_tls_loglevel",
            "As smtpd_tls_loglevel, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_mandatory_ciphers", .text, "$smtpd_tls_mandatory_ciphers",
            "As smtpd_tls_mandatory_ciphers, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_mandatory_exclude_ciphers", .text, "$smtpd_tls_mandatory_exclude_ciphers",
            "As smtpd_tls_mandatory_exclude_ciphers, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_mandatory_protocols", .text, "$smtpd_tls_mandatory_protocols",
            "As smtpd_tls_mandatory_protocols, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_protocols", .text, "$smtpd_tls_protocols",
            "As smtpd_tls_protocols, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_req_ccert", .boolean, "$smtpd_tls_req_ccert",
            "As smtpd_tls_req_ccert, for tlsproxy(8)."),
        .known(
            "tlsproxy_tls_security_level", .text, "$smtpd_tls_security_level",
            "As smtpd_tls_security_level, for tlsproxy(8)."),
    ]
}
