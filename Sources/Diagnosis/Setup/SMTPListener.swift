import PostfixConfig

/// An smtpd service of master.cf, or port 25 where there is no master.cf, with the settings that are in force there.
public struct SMTPListener: Sendable {
    /// Nil where there is no master.cf.
    public let service: InetSMTPService?
    /// main.cf with the service's `-o` options.
    public let configuration: Configuration

    /// `smtp inet (master.cf)`, for messages.
    public var name: String { service.map { "the service \($0.service.name) of master.cf" } ?? "port 25" }
}
