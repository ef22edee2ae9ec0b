// Logging in to send mail: SASL_README.

extension ParameterCatalogue {
    static let serverAuthentication: [ParameterDefinition] = [
        .known("cyrus_sasl_config_path", .text, "", "Where the Cyrus SASL library looks for its files."),
        .known(
            "send_cyrus_sasl_authzid", .boolean, "no",
            "Whether the SMTP client sends an authorization id of its own."),
        .guarding("smtpd_sasl_auth_enable", .boolean, "no", "Whether clients can log in."),
        .known("smtpd_sasl_authenticated_header", .boolean, "no", "Whether Received: names the login."),
        .guarding("smtpd_sasl_exceptions_networks", .list, "", "The clients that are not offered AUTH."),
        .known("smtpd_sasl_local_domain", .text, "", "The domain that logins without one are in."),
        .guarding(
            "smtpd_sasl_mechanism_filter", .text, "!external, static:rest",
            "The SASL mechanisms that are offered."),
        .guarding("smtpd_sasl_path", .text, "smtpd", "Where the service is that knows the passwords."),
        .known(
            "smtpd_sasl_response_limit", .number, "12288",
            "How long one line of a login may be, in bytes."),
        .guarding(
            "smtpd_sasl_security_options", .list, "noanonymous",
            "What a SASL mechanism must not be without TLS, such as anonymous."),
        .known("smtpd_sasl_service", .text, "smtp", "The service name that is handed to the SASL service."),
        .guarding(
            "smtpd_sasl_tls_security_options", .list, "$smtpd_sasl_security_options",
            "What a SASL mechanism must not be with TLS."),
        .guarding("smtpd_sasl_type", .text, "cyrus", "The kind of service that knows the passwords."),
    ]
}
