import MailFormat
import PostfixConfig

extension Configuration {
    /// The same setup as probes see it: their transports and relay hosts take the place of the messages'.
    ///
    /// - Returns: nil where they are the same.
    public func forProbes() throws(ConfigurationFailure) -> Configuration? {
        let texts = [
            ("local_transport", self[.addressVerifyLocalTransport]),
            ("virtual_transport", self[.addressVerifyVirtualTransport]),
            ("relay_transport", self[.addressVerifyRelayTransport]),
            ("default_transport", self[.addressVerifyDefaultTransport]),
            ("relayhost", self[.addressVerifyRelayhost]),
        ]
        let lists = [
            ("transport_maps", "address_verify_transport_maps"),
            (
                "sender_dependent_default_transport_maps",
                "address_verify_sender_dependent_default_transport_maps"
            ),
            ("sender_dependent_relayhost_maps", "address_verify_sender_dependent_relayhost_maps"),
        ]
        let all = texts + lists.map { ($0.0, value(named: $0.1) ?? "") }
        let others = all.filter { value(named: $0.0) != $0.1 }
        guard !others.isEmpty else { return nil }
        // What has been expanded must not be expanded again.
        return try overriding(
            others.map {
                (
                    name: $0.0,
                    value: $0.1.split(separator: "$", omittingEmptySubsequences: false).joined(
                        separator: "$$")
                )
            })
    }
}

extension ProbeSender {
    public init(_ configuration: Configuration) {
        let text = configuration[.addressVerifySender]
        let completion = AddressCompletion(RoutingSettings(configuration))
        self.init(
            text.isEmpty || text == "<>" ? nil : completion.complete(MailAddress(text)),
            lifetime: configuration[.addressVerifySenderTTL])
    }
}
