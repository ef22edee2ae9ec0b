import SMTPWire

/// What the operator may set about LMTP; the defaults are Postfix's.
public struct LMTPSettings: Sendable {
    /// `myhostname`: names a UNIX socket's server in the log.
    public var hostname: String
    /// `lmtp_lhlo_name`
    public var heloName: String
    /// `queue_directory`: what relative socket paths are relative to.
    public var socketDirectory: String
    /// `lmtp_tcp_port`
    public var port = 24
    /// `lmtp_connect_timeout`; zero is as long as the system tries.
    public var connectTimeout: Duration = .zero
    /// `lmtp_lhlo_timeout` and the stages after it.
    public var limits = ClientTimeLimits()
    /// `lmtp_connection_cache_on_demand`
    public var keepsConnections = true
    /// `lmtp_connection_cache_time_limit`
    public var idleTime: Duration = .seconds(2)
    /// `lmtp_connection_reuse_time_limit`
    public var reuseTime: Duration = .seconds(300)
    /// `lmtp_connection_reuse_count_limit`; 0 is no limit.
    public var reuseCount = 0
    /// `lmtp_address_verify_target = data`: probes go on to DATA.
    public var probesData = false

    public init(hostname: String, socketDirectory: String) {
        self.hostname = hostname
        heloName = hostname
        self.socketDirectory = socketDirectory
    }
}
