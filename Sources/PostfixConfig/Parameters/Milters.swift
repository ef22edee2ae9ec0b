// Filters that speak the milter protocol: MILTER_README.

extension ParameterCatalogue {
    static let milters: [ParameterDefinition] = [
        .known("milter_command_timeout", .time, "30s", "How long a milter may take to answer a command."),
        .known(
            "milter_connect_macros", .list, "j {daemon_name} {daemon_addr} v _",
            "The macros that a milter is told at connect."),
        .known("milter_connect_timeout", .time, "30s", "How long connecting to a milter may take."),
        .known(
            "milter_content_timeout", .time, "300s",
            "How long a milter may take to answer at the end of a message."),
        .known("milter_data_macros", .list, "i", "The macros that a milter is told at DATA."),
        .guarding(
            "milter_default_action", .text, "tempfail",
            "What happens when a milter is away or answers nonsense."),
        .known(
            "milter_end_of_data_macros", .list, "i",
            "The macros that a milter is told at the end of a message."),
        .known(
            "milter_end_of_header_macros", .list, "i",
            "The macros that a milter is told at the end of the header."),
        .guarding(
            "milter_header_checks", .list, "",
            "The tables that header fields which milters add are looked up in."),
        .known(
            "milter_helo_macros", .list, "{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer}",
            "The macros that a milter is told at HELO and EHLO."),
        .known("milter_macro_daemon_name", .text, "$myhostname", "The value of the macro {daemon_name}."),
        .known("milter_macro_defaults", .list, "", "Values for macros that have none."),
        .known("milter_macro_v", .text, "$mail_name $mail_version", "The value of the macro v."),
        .known(
            "milter_mail_macros", .list,
            "i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} {mail_mailer}",
            "The macros that a milter is told at MAIL FROM."),
        .known("milter_protocol", .text, "6", "The version of the milter protocol."),
        .known(
            "milter_rcpt_macros", .list, "i {rcpt_addr} {rcpt_host} {rcpt_mailer}",
            "The macros that a milter is told at RCPT TO."),
        .known(
            "milter_unknown_command_macros", .list, "",
            "The macros that a milter is told at an unknown command."),
        .guarding("non_smtpd_milters", .list, "", "The milters for mail that does not come by SMTP."),
        .guarding("smtpd_milter_maps", .list, "", "The tables that choose smtpd_milters by client address."),
        .guarding("smtpd_milters", .list, "", "The milters for mail that comes by SMTP."),
    ]
}
