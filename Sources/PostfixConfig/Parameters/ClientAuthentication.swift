// Logging in at other servers: SASL_README.

extension ParameterCatalogue {
    static let clientAuthentication: [ParameterDefinition] = [
        .known("smtp_sasl_auth_cache_name", .text, "", "The table of logins that failed."),
        .known("smtp_sasl_auth_cache_time", .time, "90d", "How long a login that failed is remembered."),
        .routing("smtp_sasl_auth_enable", .boolean, "no", "Whether the client logs in."),
        .known("smtp_sasl_auth_soft_bounce", .boolean, "yes", "Whether mail waits when a login fails."),
        .known("smtp_sasl_mechanism_filter", .text, "", "The SASL mechanisms that are used."),
        .routing("smtp_sasl_password_maps", .list, "", "The tables of logins and passwords by server."),
        .known("smtp_sasl_path", .text, "", "Where the client's SASL service is."),
        .known(
            "smtp_sasl_security_options", .list, "noplaintext, noanonymous",
            "What a SASL mechanism must not be without TLS."),
        .known(
            "smtp_sasl_tls_security_options", .list, "$smtp_sasl_security_options",
            "What a SASL mechanism must not be with TLS."),
        .known(
            "smtp_sasl_tls_verified_security_options", .list, "$smtp_sasl_tls_security_options",
            "What a SASL mechanism must not be with TLS to a server whose certificate is good."),
        .known("smtp_sasl_type", .text, "cyrus", "The kind of the client's SASL service."),
        .known(
            "smtp_sender_dependent_authentication", .boolean, "no",
            "Whether logins are chosen by sender."),
    ]
}
