import LookupTables
import MailFormat

extension Inquiry {
    /// Transport and next hop: transport(5), and the parameters of the class. Tells the observer, who chose.
    mutating func route(to destination: Destination) async throws(LookupFailure) -> Route {
        let (route, because) = try await routeAndReason(to: destination)
        tell(.routed(destination.address, route, because: because))
        return route
    }

    private mutating func routeAndReason(
        to destination: Destination
    ) async throws(LookupFailure) -> (Route, because: String) {
        let settings = core.settings
        let domain = destination.address.domain ?? settings.myhostname
        if destination.addressClass == .virtualAlias {
            let text =
                settings.showsUserUnknownTableName ? "User unknown in virtual alias table" : "User unknown"
            return (
                Route(transport: "error", nextHop: "5.1.1 \(text)"),
                "an address in an alias domain must be an alias"
            )
        }
        var (route, because) = classRoute(destination.addressClass, domain)
        guard !core.tables.transportMaps.isEmpty else { return (route, because) }
        let keys = AddressKeys(
            transportOf: MailAddress(localPart: destination.address.localPart, domain: ASCII.folded(domain)),
            rule: core.extensionRule, parentsWithLeadingDot: !settings.transportMapsMatchSubdomains)
        switch await search(core.tables.transportMaps, for: [keys])[0] {
        case .notFound: break
        case .failed(let failure): throw failure
        case .found(let value, let key, _):
            route.apply(value, domain: domain)
            because = "transport_maps has \(key.text)"
        }
        return (route, because)
    }

    private func classRoute(_ addressClass: AddressClass, _ domain: String) -> (Route, because: String) {
        let settings = core.settings
        switch addressClass {
        case .local:
            return (Route(parameter: settings.localTransport, nextHop: domain), "local_transport")
        case .virtualMailbox:
            return (Route(parameter: settings.virtualTransport, nextHop: domain), "virtual_transport")
        case .virtualAlias, .other:
            return relayed(settings.defaultTransport, "default_transport", domain)
        case .relay:
            return relayed(settings.relayTransport, "relay_transport", domain)
        }
    }

    /// A next hop that the parameter names comes before relayhost, and relayhost before the domain.
    private func relayed(_ transport: String, _ name: String, _ domain: String) -> (Route, because: String) {
        let relayhost = core.settings.relayhost
        return relayhost.isEmpty
            ? (Route(parameter: transport, nextHop: domain), name)
            : (Route(parameter: transport, nextHop: relayhost), "\(name) and relayhost")
    }
}

extension Route {
    /// `transport` or `transport:nexthop` of main.cf; the next hop given here is the one without its own.
    init(parameter: String, nextHop: String) {
        let (transport, own) = Self.split(parameter)
        self.init(transport: transport, nextHop: own.isEmpty ? nextHop : own)
    }

    /// What transport_maps says changes the route: `transport:nexthop`, `transport:`, `:nexthop`, or `:` for no change.
    mutating func apply(_ value: String, domain: String) {
        let (transport, nextHop) = Self.split(value)
        if !nextHop.isEmpty { self.nextHop = nextHop }
        guard !transport.isEmpty else { return }
        self.transport = transport
        if nextHop.isEmpty {
            self.nextHop = transport == "error" || transport == "retry" ? "Address is undeliverable" : domain
        }
    }

    private static func split(_ text: String) -> (transport: String, nextHop: String) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return (text, "") }
        return (String(text[..<colon]), String(text[text.utf8.index(after: colon)...]))
    }
}

extension Route: CustomStringConvertible {
    public var description: String { "\(transport):\(nextHop)" }
}
