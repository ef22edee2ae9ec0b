/// Where an smtpd service listens, and what its sessions do: a line of master.cf.
public struct Listener: Sendable {
    /// An IP address or a host name; empty for every address of the machine.
    public var host: String
    /// 0 lets the kernel choose.
    public var port: Int
    /// Asked for each new session, so that a configuration that was read again is in force from then on.
    public var service: @Sendable () -> SMTPService
    /// All of them hold; listeners may share them.
    public var limits: [SessionLimit]

    public init(
        host: String, port: Int, limits: [SessionLimit] = [], service: @escaping @Sendable () -> SMTPService
    ) {
        self.host = host
        self.port = port
        self.limits = limits
        self.service = service
    }
}

/// An address could not be listened on.
public struct ListenFailure: Error, Sendable, CustomStringConvertible {
    public let host: String
    public let port: Int
    /// The system's words.
    public let reason: String

    public var description: String {
        "cannot listen on \(host.isEmpty ? "*" : host):\(port): \(reason)"
    }
}
