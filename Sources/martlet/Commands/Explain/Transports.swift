import PostfixConfig

/// What stands behind the transports that routes name: the programs that deliver, with their `-o` options.
struct Transports: Sendable {
    /// main.cf alone: the options of an smtpd service are not those of deliveries.
    private let configuration: Configuration
    private let master: MasterFile?

    init(_ configuration: Configuration, master: MasterFile?) {
        self.configuration = configuration
        self.master = master
    }

    /// `lmtp`, `virtual`, `local`, `error`, `discard`; nil where nothing delivers by that name.
    func program(of transport: String) -> String? { Agents.program(of: transport, in: master) }

    /// The parameters as that program sees them.
    func configuration(of transport: String) -> Configuration {
        guard let overrides = Agents.service(of: transport, in: master)?.overrides, !overrides.isEmpty,
            // A server would not start with options that are wrong.
            let own = try? configuration.overriding(overrides)
        else { return configuration }
        return own
    }
}
