// Where the log goes and how its lines begin: postconf(5).

extension Parameter<String> {
    public static var syslogName: Self {
        Self(
            "syslog_name", default: "${multi_instance_name?{$multi_instance_name}:{postfix}}", notEmpty: true,
            "The name before the service's in each line of the log.")
    }
    public static var syslogFacility: Self {
        Self(
            "syslog_facility", default: "mail", notEmpty: true,
            "The facility under which lines go to syslog.")
    }
    public static var maillogFile: Self {
        Self(
            "maillog_file", default: "",
            "The file that the log is written to instead of syslog; /dev/stdout is allowed.")
    }
}

extension ParameterCatalogue {
    static let logging: [ParameterDefinition] = [
        Parameter<String>.syslogName.definition,
        Parameter<String>.syslogFacility.definition,
        Parameter<String>.maillogFile.definition,
    ]
}
