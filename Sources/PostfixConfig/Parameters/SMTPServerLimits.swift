// What one SMTP client may ask of the server: smtpd(8).

extension Parameter<Int> {
    public static var defaultProcessLimit: Self {
        Self(
            "default_process_limit", default: "100", in: 1...Int.max,
            "How many sessions a service of master.cf without a limit of its own may have at once.")
    }
    public static var smtpdClientConnectionCountLimit: Self {
        Self(
            "smtpd_client_connection_count_limit", default: "50",
            "How many connections one client may have at once; 0 is no limit.")
    }
    public static var smtpdSoftErrorLimit: Self {
        Self(
            "smtpd_soft_error_limit", default: "10", in: 1...Int.max,
            "How many errors a client may make before it is slowed down.")
    }
    public static var smtpdHardErrorLimit: Self {
        Self(
            "smtpd_hard_error_limit", default: "${stress?{1}:{20}}", in: 1...Int.max,
            "How many errors a client may make before it is disconnected.")
    }
    public static var smtpdJunkCommandLimit: Self {
        Self(
            "smtpd_junk_command_limit", default: "${stress?{1}:{100}}",
            "How many NOOP, VRFY, ETRN and RSET a client may send before they count as errors.")
    }
    public static var smtpdRecipientLimit: Self {
        Self(
            "smtpd_recipient_limit", default: "1000", in: 1...Int.max,
            "How many recipients one message may have.")
    }
    public static var smtpdRecipientOvershootLimit: Self {
        Self(
            "smtpd_recipient_overshoot_limit", default: "1000", in: 1...Int.max,
            "How many recipients above smtpd_recipient_limit are answered with 452 before they count as "
                + "errors.")
    }
}

extension Parameter<Duration> {
    public static var smtpdErrorSleepTime: Self {
        Self(
            "smtpd_error_sleep_time", default: "1s",
            "How long a reply is held back from a client that has made more than smtpd_soft_error_limit "
                + "errors.")
    }
    public static var smtpdTimeout: Self {
        Self(
            "smtpd_timeout", default: "${stress?{10}:{300}}s", atLeast: 1,
            "How long the server waits for a client's next line, or to write a reply.")
    }
}

extension Parameter<[String]> {
    public static var smtpdClientEventLimitExceptions: Self {
        Self(
            "smtpd_client_event_limit_exceptions",
            default: "${smtpd_client_connection_limit_exceptions:$mynetworks}",
            "Clients to which limits on connections and rates do not apply.")
    }
}

extension ParameterCatalogue {
    static let smtpServerLimits: [ParameterDefinition] = [
        Parameter<Int>.defaultProcessLimit.definition,
        Parameter<Int>.smtpdClientConnectionCountLimit.definition,
        Parameter<[String]>.smtpdClientEventLimitExceptions.definition,
        Parameter<Duration>.smtpdErrorSleepTime.definition,
        Parameter<Int>.smtpdSoftErrorLimit.definition,
        Parameter<Int>.smtpdHardErrorLimit.definition,
        Parameter<Int>.smtpdJunkCommandLimit.definition,
        Parameter<Duration>.smtpdTimeout.definition,
        Parameter<Int>.smtpdRecipientLimit.definition,
        Parameter<Int>.smtpdRecipientOvershootLimit.definition,
    ]
}
