// Encryption on the way in: TLS_README.

extension ParameterCatalogue {
    static let serverTLS: [ParameterDefinition] = [
        .guarding(
            "smtpd_enforce_tls", .boolean, "no",
            "Obsolete: whether TLS is required; see smtpd_tls_security_level."),
        .known(
            "smtpd_starttls_timeout", .time, "${stress?{10}:{300}}s",
            "How long a TLS handshake may take."),
        .guarding(
            "smtpd_tls_CAfile", .text, "",
            "The certificates of authorities that are trusted for client certificates."),
        .guarding("smtpd_tls_CApath", .text, "", "The directory of certificates of such authorities."),
        .known(
            "smtpd_tls_always_issue_session_ids", .boolean, "yes",
            "Whether sessions get ids although they are not cached."),
        .known("smtpd_tls_ask_ccert", .boolean, "no", "Whether clients are asked for a certificate."),
        .guarding("smtpd_tls_auth_only", .boolean, "no", "Whether AUTH is offered only inside TLS."),
        .known(
            "smtpd_tls_ccert_verifydepth", .number, "9",
            "How long the chain of a client certificate may be."),
        .known("smtpd_tls_cert_file", .text, "", "The file of the server's RSA certificate."),
        .known("smtpd_tls_chain_files", .list, "", "The files of the server's keys and certificate chains."),
        .known("smtpd_tls_ciphers", .text, "medium", "The least grade of ciphers with optional TLS."),
        .known("smtpd_tls_dcert_file", .text, "", "Obsolete: the file of the server's DSA certificate."),
        .known("smtpd_tls_dh1024_param_file", .text, "", "The file of Diffie-Hellman parameters."),
        .known(
            "smtpd_tls_dh512_param_file", .text, "",
            "Obsolete: the file of export-grade Diffie-Hellman parameters."),
        .known(
            "smtpd_tls_dkey_file", .text, "$smtpd_tls_dcert_file",
            "Obsolete: the file of the server's DSA key."),
        .known("smtpd_tls_eccert_file", .text, "", "The file of the server's ECDSA certificate."),
        .known(
            "smtpd_tls_eckey_file", .text, "$smtpd_tls_eccert_file",
            "The file of the server's ECDSA key."),
        .known("smtpd_tls_eecdh_grade", .text, "auto", "The strength of elliptic-curve key exchange."),
        .known("smtpd_tls_exclude_ciphers", .text, "", "The ciphers that are never used."),
        .known(
            "smtpd_tls_fingerprint_digest", .text,
            "${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}",
            "The digest of certificate fingerprints."),
        .known("smtpd_tls_key_file", .text, "$smtpd_tls_cert_file", "The file of the server's RSA key."),
        .known("smtpd_tls_loglevel", .number, "0", "How much of TLS is logged."),
        .guarding(
            "smtpd_tls_mandatory_ciphers", .text, "medium",
            "The least grade of ciphers with required TLS."),
        .guarding(
            "smtpd_tls_mandatory_exclude_ciphers", .text, "",
            "The ciphers that are never used with required TLS."),
        .guarding(
            "smtpd_tls_mandatory_protocols", .text, ">=TLSv1",
            "The versions of TLS with required TLS."),
        .known("smtpd_tls_protocols", .text, ">=TLSv1", "The versions of TLS with optional TLS."),
        .known("smtpd_tls_received_header", .boolean, "no", "Whether Received: tells of TLS."),
        .guarding("smtpd_tls_req_ccert", .boolean, "no", "Whether clients must have a trusted certificate."),
        .guarding("smtpd_tls_security_level", .text, "", "Whether TLS is off, offered or required."),
        .known(
            "smtpd_tls_session_cache_database", .text, "",
            "Obsolete: the table of TLS sessions to resume."),
        .known("smtpd_tls_session_cache_timeout", .time, "3600s", "How long a TLS session can be resumed."),
        .guarding(
            "smtpd_tls_wrappermode", .boolean, "no",
            "Whether sessions begin with TLS, as on port 465."),
        .known(
            "smtpd_use_tls", .boolean, "no",
            "Obsolete: whether TLS is offered; see smtpd_tls_security_level."),
        .known(
            "tls_server_sni_maps", .list, "",
            "The tables that choose keys and certificates by the name that a client asks for."),
    ]
}
