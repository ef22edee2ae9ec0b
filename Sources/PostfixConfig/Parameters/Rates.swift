// How much one client may do in a time: anvil(8).

extension ParameterCatalogue {
    static let rates: [ParameterDefinition] = [
        .guarding(
            "smtpd_client_auth_rate_limit", .number, "0",
            "How many AUTH commands one client may send in anvil_rate_time_unit; 0 is no limit."),
        .guarding(
            "smtpd_client_connection_rate_limit", .number, "0",
            "How many connections one client may make in anvil_rate_time_unit; 0 is no limit."),
        .guarding(
            "smtpd_client_message_rate_limit", .number, "0",
            "How many messages one client may send in anvil_rate_time_unit; 0 is no limit."),
        .guarding(
            "smtpd_client_new_tls_session_rate_limit", .number, "0",
            "How many new TLS sessions one client may begin in anvil_rate_time_unit; 0 is no limit."),
        .guarding(
            "smtpd_client_recipient_rate_limit", .number, "0",
            "How many recipients one client may name in anvil_rate_time_unit; 0 is no limit."),
    ]
}
