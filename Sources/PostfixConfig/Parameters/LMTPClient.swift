// How the LMTP client speaks: lmtp(8).

extension Parameter<String> {
    public static var lmtpTcpPort: Self {
        Self(
            "lmtp_tcp_port", default: "24", notEmpty: true,
            "The port of an LMTP server that none is named for.")
    }
    public static var lmtpLHLOName: Self {
        Self(
            "lmtp_lhlo_name", default: "$myhostname", notEmpty: true,
            "What the client calls itself in LHLO.")
    }
    public static var lmtpAddressVerifyTarget: Self {
        Self(
            "lmtp_address_verify_target", default: "rcpt", oneOf: ["rcpt", "data"],
            "The command whose answer tells a probe whether the address accepts mail: rcpt or data.")
    }
}

extension Parameter<Bool> {
    public static var lmtpConnectionCacheOnDemand: Self {
        Self(
            "lmtp_connection_cache_on_demand", default: "yes",
            "Whether connections are kept while there is much mail for a destination.")
    }
}

extension Parameter<Int> {
    public static var lmtpConnectionReuseCountLimit: Self {
        Self(
            "lmtp_connection_reuse_count_limit", default: "0",
            "How many messages one connection is used for; 0 is no limit.")
    }
}

extension Parameter<Duration> {
    public static var lmtpConnectTimeout: Self {
        Self(
            "lmtp_connect_timeout", default: "0s",
            "How long connecting may take; 0 is as long as the system tries.")
    }
    public static var lmtpLHLOTimeout: Self {
        Self(
            "lmtp_lhlo_timeout", default: "300s", atLeast: 1,
            "How long the server may take to greet and to answer LHLO.")
    }
    public static var lmtpMailTimeout: Self {
        Self(
            "lmtp_mail_timeout", default: "300s", atLeast: 1,
            "How long the server may take to answer MAIL FROM.")
    }
    public static var lmtpRcptTimeout: Self {
        Self(
            "lmtp_rcpt_timeout", default: "300s", atLeast: 1,
            "How long the server may take to answer RCPT TO.")
    }
    public static var lmtpDataInitTimeout: Self {
        Self(
            "lmtp_data_init_timeout", default: "120s", atLeast: 1,
            "How long the server may take to answer DATA.")
    }
    public static var lmtpDataXferTimeout: Self {
        Self(
            "lmtp_data_xfer_timeout", default: "180s", atLeast: 1,
            "How long the server may take to read each part of a message.")
    }
    public static var lmtpDataDoneTimeout: Self {
        Self(
            "lmtp_data_done_timeout", default: "600s", atLeast: 1,
            "How long the server may take to answer for the recipients after the message.")
    }
    public static var lmtpQuitTimeout: Self {
        Self("lmtp_quit_timeout", default: "300s", atLeast: 1, "How long the server may take to answer QUIT.")
    }
    public static var lmtpRsetTimeout: Self {
        Self("lmtp_rset_timeout", default: "20s", atLeast: 1, "How long the server may take to answer RSET.")
    }
    public static var lmtpConnectionCacheTimeLimit: Self {
        Self(
            "lmtp_connection_cache_time_limit", default: "2s", atLeast: 1,
            "How long an idle connection is kept.")
    }
    public static var lmtpConnectionReuseTimeLimit: Self {
        Self(
            "lmtp_connection_reuse_time_limit", default: "300s", atLeast: 1,
            "How long one connection is used for message after message.")
    }
}

extension Parameter<[String]> {
    public static var lmtpConnectionCacheDestinations: Self {
        Self(
            "lmtp_connection_cache_destinations", default: "",
            "Destinations whose connections are kept for the next message.")
    }
}

extension ParameterCatalogue {
    static let lmtpClient: [ParameterDefinition] = [
        Parameter<String>.lmtpTcpPort.definition,
        Parameter<String>.lmtpLHLOName.definition,
        Parameter<String>.lmtpAddressVerifyTarget.definition,
        Parameter<Duration>.lmtpConnectTimeout.definition,
        Parameter<Duration>.lmtpLHLOTimeout.definition,
        Parameter<Duration>.lmtpMailTimeout.definition,
        Parameter<Duration>.lmtpRcptTimeout.definition,
        Parameter<Duration>.lmtpDataInitTimeout.definition,
        Parameter<Duration>.lmtpDataXferTimeout.definition,
        Parameter<Duration>.lmtpDataDoneTimeout.definition,
        Parameter<Duration>.lmtpQuitTimeout.definition,
        Parameter<Duration>.lmtpRsetTimeout.definition,
        Parameter<[String]>.lmtpConnectionCacheDestinations.definition,
        Parameter<Bool>.lmtpConnectionCacheOnDemand.definition,
        Parameter<Duration>.lmtpConnectionCacheTimeLimit.definition,
        Parameter<Duration>.lmtpConnectionReuseTimeLimit.definition,
        Parameter<Int>.lmtpConnectionReuseCountLimit.definition,
    ]
}
