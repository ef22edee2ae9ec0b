// Encryption in both directions: TLS_README.

extension ParameterCatalogue {
    static let tlsLibrary: [ParameterDefinition] = [
        .known(
            "tls_append_default_CA", .boolean, "no",
            "Whether the system's authorities are trusted besides those that are named."),
        .known("tls_config_file", .text, "default", "The configuration file of OpenSSL."),
        .known("tls_config_name", .text, "", "The section of the configuration file of OpenSSL."),
        .known("tls_daemon_random_bytes", .number, "32", "How much randomness a daemon asks for."),
        .known("tls_dane_digests", .list, "sha512 sha256", "The digests of TLSA records, best first."),
        .known("tls_disable_workarounds", .text, "", "The workarounds of OpenSSL that are turned off."),
        .known(
            "tls_eecdh_auto_curves", .text, "X25519 X448 prime256v1 secp521r1 secp384r1",
            "The elliptic curves to choose from."),
        .known("tls_eecdh_strong_curve", .text, "prime256v1", "The elliptic curve of the strong grade."),
        .known("tls_eecdh_ultra_curve", .text, "secp384r1", "The elliptic curve of the ultra grade."),
        .known(
            "tls_export_cipherlist", .text, "aNULL:-aNULL:HIGH:MEDIUM:LOW:EXPORT:+RC4:@STRENGTH",
            "Obsolete: the ciphers of the export grade."),
        .known(
            "tls_fast_shutdown_enable", .boolean, "yes",
            "Whether a TLS session ends without waiting for the other side."),
        .known("tls_high_cipherlist", .text, "aNULL:-aNULL:HIGH:@STRENGTH", "The ciphers of the high grade."),
        .known(
            "tls_legacy_public_key_fingerprints", .boolean, "no",
            "Whether public keys have the fingerprints of an old release."),
        .known(
            "tls_low_cipherlist", .text, "aNULL:-aNULL:HIGH:MEDIUM:LOW:+RC4:@STRENGTH",
            "The ciphers of the low grade."),
        .known(
            "tls_medium_cipherlist", .text, "aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH",
            "The ciphers of the medium grade."),
        .known("tls_null_cipherlist", .text, "eNULL:!aNULL", "The ciphers that do not encrypt."),
        .known("tls_preempt_cipherlist", .boolean, "no", "Whether the server's order of ciphers counts."),
        .known("tls_random_bytes", .number, "32", "How much randomness is read at once."),
        .known(
            "tls_random_exchange_name", .text, "${data_directory}/prng_exch",
            "The file that keeps the state of the random generator."),
        .known("tls_random_prng_update_period", .time, "3600s", "How often that file is written."),
        .known(
            "tls_random_reseed_period", .time, "3600s",
            "How often randomness is read again at the latest."),
        .known("tls_random_source", .text, "dev:/dev/urandom", "Where randomness comes from."),
        .known("tls_session_ticket_cipher", .text, "aes-256-cbc", "The cipher of session tickets."),
        .known("tls_ssl_options", .list, "", "The options of OpenSSL that are turned on."),
        .known(
            "tls_wildcard_matches_multiple_labels", .boolean, "yes",
            "Whether *.example.org in a certificate is good for a.b.example.org."),
        .known(
            "tlsproxy_enforce_tls", .boolean, "$smtpd_enforce_tls",
            "As smtpd_enforce_tls, for tlsproxy(8)."),
        .known("tlsproxy_use_tls", .boolean, "$smtpd_use_tls", "As smtpd_use_tls, for tlsproxy(8)."),
    ]
}
