// Variable envelope return paths: VERP_README.

extension ParameterCatalogue {
    static let verp: [ParameterDefinition] = [
        .known(
            "default_verp_delimiters", .text, "+=",
            "The two characters that VERP puts into sender addresses."),
        .known(
            "smtpd_authorized_verp_clients", .list, "$authorized_verp_clients",
            "The SMTP clients that may ask for VERP."),
        .known(
            "verp_delimiter_filter", .text, "-=+",
            "The characters that may be chosen as VERP delimiters."),
    ]
}
