extension Configuration {
    /// How many deliveries of a transport to one destination run at once: `<transport>_destination_concurrency_limit`.
    public func destinationConcurrencyLimit(transport: String) -> Int {
        number(.init(transport: transport, .destinationConcurrencyLimit))
    }

    /// How many recipients one delivery of a transport has: `<transport>_destination_recipient_limit`.
    public func destinationRecipientLimit(transport: String) -> Int {
        number(.init(transport: transport, .destinationRecipientLimit))
    }

    /// How many deliveries of a transport to one destination run at once in the beginning.
    public func initialDestinationConcurrency(transport: String) -> Int {
        number(.init(transport: transport, .initialDestinationConcurrency))
    }

    /// How long a command of a transport may run: `<transport>_time_limit`.
    public func commandTimeLimit(transport: String) -> Duration {
        value(named: "\(transport)_time_limit").flatMap {
            try? Duration.read($0, as: .time(.seconds, atLeast: 1))
        } ?? self[.commandTimeLimit]
    }

    private func number(_ parameter: PerTransportParameter) -> Int {
        // Checked when the configuration was made, as was the default for all transports.
        value(named: parameter.name).flatMap { Int($0) } ?? .unreadable
    }
}
