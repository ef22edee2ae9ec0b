// How the DNS is asked.

extension ParameterCatalogue {
    static let resolver: [ParameterDefinition] = [
        .known(
            "disable_dns_lookups", .boolean, "no",
            "Whether the DNS is left alone by the SMTP and LMTP clients."),
        .known(
            "dns_ncache_ttl_fix_enable", .boolean, "no",
            "Whether a fault in the lifetime of negative answers is worked around."),
        .known(
            "dnssec_probe", .text, "ns:.",
            "What is asked to find out whether the resolver validates DNSSEC."),
        .known(
            "ignore_mx_lookup_error", .boolean, "no",
            "Whether mail goes to the domain itself when its mail exchangers cannot be found out."),
        .guarding(
            "smtpd_dns_reply_filter", .text, "",
            "The table that changes or drops answers of the DNS for the SMTP server."),
    ]
}
