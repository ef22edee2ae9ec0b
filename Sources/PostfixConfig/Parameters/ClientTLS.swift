// Encryption on the way out: TLS_README.

extension ParameterCatalogue {
    static let clientTLS: [ParameterDefinition] = [
        .known("smtp_starttls_timeout", .time, "300s", "How long a TLS handshake may take."),
        .known("smtp_tls_CAfile", .text, "", "The certificates of authorities that are trusted for servers."),
        .known("smtp_tls_CApath", .text, "", "The directory of certificates of such authorities."),
        .known(
            "smtp_tls_block_early_mail_reply", .boolean, "no",
            "Whether a reply to MAIL FROM that came too early after STARTTLS is an error."),
        .known("smtp_tls_cert_file", .text, "", "The file of the client's RSA certificate."),
        .known("smtp_tls_chain_files", .list, "", "The files of the client's keys and certificate chains."),
        .known("smtp_tls_ciphers", .text, "medium", "The least grade of ciphers with optional TLS."),
        .known(
            "smtp_tls_connection_reuse", .boolean, "no",
            "Whether connections with TLS are kept for the next message."),
        .known(
            "smtp_tls_dane_insecure_mx_policy", .text,
            "${{$smtp_tls_security_level} == {dane} ? {dane} : {may}}",
            "The security level where mail exchangers are not protected by DNSSEC."),
        .known("smtp_tls_dcert_file", .text, "", "Obsolete: the file of the client's DSA certificate."),
        .known(
            "smtp_tls_dkey_file", .text, "$smtp_tls_dcert_file",
            "Obsolete: the file of the client's DSA key."),
        .known("smtp_tls_eccert_file", .text, "", "The file of the client's ECDSA certificate."),
        .known("smtp_tls_eckey_file", .text, "$smtp_tls_eccert_file", "The file of the client's ECDSA key."),
        .known(
            "smtp_tls_enforce_peername", .boolean, "yes",
            "Obsolete: whether a server's certificate must hold its name."),
        .known("smtp_tls_exclude_ciphers", .text, "", "The ciphers that are never used."),
        .known(
            "smtp_tls_fingerprint_cert_match", .text, "",
            "The fingerprints that a server's certificate may have at the level fingerprint."),
        .known(
            "smtp_tls_fingerprint_digest", .text, "${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}",
            "The digest of certificate fingerprints."),
        .known(
            "smtp_tls_force_insecure_host_tlsa_lookup", .boolean, "no",
            "Whether TLSA records are looked up for hosts that DNSSEC does not protect."),
        .known("smtp_tls_key_file", .text, "$smtp_tls_cert_file", "The file of the client's RSA key."),
        .known("smtp_tls_loglevel", .number, "0", "How much of TLS is logged."),
        .known(
            "smtp_tls_mandatory_ciphers", .text, "medium",
            "The least grade of ciphers with required TLS."),
        .known(
            "smtp_tls_mandatory_exclude_ciphers", .text, "",
            "The ciphers that are never used with required TLS."),
        .known("smtp_tls_mandatory_protocols", .text, ">=TLSv1", "The versions of TLS with required TLS."),
        .known(
            "smtp_tls_note_starttls_offer", .boolean, "no",
            "Whether servers that offer STARTTLS are logged while TLS is off."),
        .known(
            "smtp_tls_per_site", .text, "",
            "Obsolete: the tables that choose TLS by server; see smtp_tls_policy_maps."),
        .routing("smtp_tls_policy_maps", .list, "", "The tables that choose TLS by next hop."),
        .known("smtp_tls_protocols", .text, ">=TLSv1", "The versions of TLS with optional TLS."),
        .known(
            "smtp_tls_scert_verifydepth", .number, "9",
            "How long the chain of a server's certificate may be."),
        .known(
            "smtp_tls_secure_cert_match", .text, "nexthop, dot-nexthop",
            "Which name a server's certificate must hold at the level secure."),
        .routing(
            "smtp_tls_security_level", .text, "",
            "Whether TLS is off, tried or required, and what of the server is checked."),
        .known("smtp_tls_servername", .text, "", "The name that the server is asked for in TLS."),
        .known("smtp_tls_session_cache_database", .text, "", "The table of TLS sessions to resume."),
        .known("smtp_tls_session_cache_timeout", .time, "3600s", "How long a TLS session can be resumed."),
        .known(
            "smtp_tls_trust_anchor_file", .text, "",
            "The files of trust anchors that replace the usual authorities."),
        .known(
            "smtp_tls_verify_cert_match", .text, "hostname",
            "Which name a server's certificate must hold at the level verify."),
        .known("smtp_tls_wrappermode", .boolean, "no", "Whether sessions begin with TLS, as on port 465."),
        .known(
            "smtp_use_tls", .boolean, "no",
            "Obsolete: whether TLS is tried; see smtp_tls_security_level."),
    ]
}
