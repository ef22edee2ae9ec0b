// More about the log: postlogd(8).

extension Parameter<Bool> {
    public static var helpfulWarnings: Self {
        Self("helpful_warnings", default: "yes", "Whether settings that are likely wrong are warned of.")
    }
}

extension ParameterCatalogue {
    static let loggingDetails: [ParameterDefinition] = [
        .known(
            "debug_peer_level", .number, "2",
            "How much more is logged about the hosts in debug_peer_list."),
        .known("debug_peer_list", .list, "", "The hosts about which more is logged."),
        .known(
            "debugger_command", .text, "",
            "The command that is run beside a daemon that is started for hunting bugs."),
        .known(
            "delay_logging_resolution_limit", .number, "2",
            "How many digits the delays in the log have after the point."),
        Parameter<Bool>.helpfulWarnings.definition,
        .known(
            "info_log_address_format", .text, "external",
            "Whether the log shows addresses as they are written in mail, or as they are inside."),
        .known("maillog_file_compressor", .text, "gzip", "The command that compresses an old log file."),
        .known(
            "maillog_file_prefixes", .list, "/var, /dev/stdout",
            "The directories that maillog_file may be in."),
        .known(
            "maillog_file_rotate_suffix", .text, "%Y%m%d-%H%M%S",
            "The end of the name of an old log file, as strftime(3) has it."),
        .known(
            "respectful_logging", .boolean, "${{$compatibility_level} <level {3.6} ? {no} : {yes}}",
            "Whether the log avoids some words that offend."),
        .known("smtpd_client_port_logging", .boolean, "no", "Whether the port of an SMTP client is logged."),
        .known(
            "smtpd_log_access_permit_actions", .text, "",
            "The answers of access tables that permit which are logged."),
    ]
}
