// More about restrictions: SMTPD_ACCESS_README, SMTPD_POLICY_README.

extension ParameterCatalogue {
    static let accessPolicy: [ParameterDefinition] = [
        .known(
            "default_rbl_reply", .template,
            "$rbl_code Service unavailable; $rbl_class [$rbl_what] blocked using "
                + "$rbl_domain${rbl_reason?; $rbl_reason}",
            "The reply to clients that a DNS list names."),
        .known("maps_rbl_domains", .list, "", "Obsolete: the DNS lists of reject_maps_rbl."),
        .known("maps_rbl_reject_code", .number, "554", "The reply code to clients that a DNS list names."),
        .known("plaintext_reject_code", .number, "450", "The reply code of reject_plaintext_session."),
        .known("rbl_reply_maps", .list, "", "The tables that choose the reply to clients by DNS list."),
        .guarding("smtpd_etrn_restrictions", .list, "", "What is asked at ETRN."),
        .known(
            "smtpd_expansion_filter", .template,
            "\\t\\40!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`abcdefghij"
                + "klmnopqrstuvwxyz{|}~",
            "The characters that $name in refusals may hold."),
        .known(
            "smtpd_null_access_lookup_key", .text, "<>",
            "What is looked up in access tables for the empty sender."),
        .guarding(
            "smtpd_policy_service_default_action", .text, "451 4.3.5 Server configuration problem",
            "What happens when a policy service is away."),
        .known(
            "smtpd_policy_service_max_idle", .time, "300s",
            "How long an idle connection to a policy service is kept."),
        .known(
            "smtpd_policy_service_max_ttl", .time, "1000s",
            "How long a connection to a policy service is used."),
        .known(
            "smtpd_policy_service_policy_context", .text, "",
            "A text that is handed to the policy service."),
        .known(
            "smtpd_policy_service_request_limit", .number, "0",
            "How many requests one connection to a policy service is used for; 0 is no limit."),
        .known(
            "smtpd_policy_service_retry_delay", .time, "1s",
            "The pause before a failed request to a policy service is tried again."),
        .known("smtpd_policy_service_timeout", .time, "100s", "How long a policy service may take."),
        .known(
            "smtpd_policy_service_try_limit", .number, "2",
            "How often a request to a policy service is tried."),
        .guarding(
            "smtpd_restriction_classes", .list, "",
            "Names for lists of restrictions that access tables can answer."),
        .guarding(
            "unknown_address_tempfail_action", .text, "$reject_tempfail_action",
            "What happens when a domain cannot be looked up for the moment."),
        .guarding(
            "unknown_helo_hostname_tempfail_action", .text, "$reject_tempfail_action",
            "What happens when a HELO name cannot be looked up for the moment."),
    ]
}
