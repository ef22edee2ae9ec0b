import LookupTables
import MailFormat

extension Inquiry {
    /// Transport and next hop: the class's parameters, then transport(5), then relocated(5). Tells the observer, who
    /// chose.
    mutating func route(to destination: Destination) async throws(LookupFailure) -> Route {
        if let known = routes[destination.address] { return known }
        let (route, because) = try await routeAndReason(to: destination)
        routes[destination.address] = route
        tell(.routed(destination.address, route, because: because))
        return route
    }

    private mutating func routeAndReason(
        to destination: Destination
    ) async throws(LookupFailure) -> (Route, because: String) {
        if let invalid = invalidity(of: destination.address) { return invalid }
        let domain = destination.address.domain ?? core.settings.myhostname
        var choice = try await classRoute(destination.addressClass, domain)
        if destination.addressClass != .virtualAlias {
            try await applyTransportMaps(to: destination.address, domain, &choice)
        }
        return try await relocation(of: destination.address) ?? choice
    }

    /// What starts with a hyphen could be taken for an option by a delivery program: `allow_min_user` in postconf(5).
    /// And no client may write a domain that is none, but a table may answer with it.
    private func invalidity(of address: MailAddress) -> (Route, because: String)? {
        let invalid = Route(transport: "error", nextHop: "5.1.3 bad address syntax")
        if !core.settings.allowsLeadingHyphen, address.localPart.utf8.first == UInt8(ascii: "-") {
            return (invalid, "allow_min_user = no, and the address begins with a hyphen")
        }
        if let domain = address.domain, !HostNameSyntax.isDomain(domain) {
            return (invalid, "\"\(domain)\" is no name of a domain")
        }
        return nil
    }

    private mutating func applyTransportMaps(
        to address: MailAddress, _ domain: String, _ choice: inout (Route, because: String)
    ) async throws(LookupFailure) {
        let list = core.tables.transportMaps
        guard !list.isEmpty else { return }
        let keys = AddressKeys(
            transportOf: MailAddress(localPart: address.localPart, domain: ASCII.folded(domain)),
            rule: core.extensionRule, parentsWithLeadingDot: !core.settings.transportMapsMatchSubdomains)
        switch await search(list, for: [keys])[0] {
        case .notFound: break
        case .failed(let failure): throw failure
        case .found(let value, let key, _):
            choice.0.apply(value, domain: domain)
            choice.because = "\(list.parameter) has \(key.text)"
        }
    }

    private mutating func classRoute(
        _ addressClass: AddressClass, _ domain: String
    ) async throws(LookupFailure) -> (Route, because: String) {
        let settings = core.settings
        switch addressClass {
        case .local:
            return (Route(parameter: settings.localTransport, nextHop: domain), "local_transport")
        case .virtualMailbox:
            return (Route(parameter: settings.virtualTransport, nextHop: domain), "virtual_transport")
        case .virtualAlias:
            let text =
                settings.showsUserUnknownTableName ? "User unknown in virtual alias table" : "User unknown"
            return (
                Route(transport: "error", nextHop: "5.1.1 \(text)"),
                "an address in an alias domain must be an alias"
            )
        case .relay:
            let transport = RouteChoice(value: settings.relayTransport, because: "relay_transport")
            return relayed(transport, try await relayHost(), domain)
        case .other:
            let transport = try await defaultTransport()
            return relayed(transport, try await relayHost(), domain)
        }
    }

    /// A next hop that the transport's parameter names comes before the relay host, and the relay host before the
    /// domain.
    private func relayed(
        _ transport: RouteChoice, _ relayHost: RouteChoice?, _ domain: String
    ) -> (Route, because: String) {
        let route = Route(parameter: transport.value, nextHop: relayHost?.value ?? domain)
        guard let relayHost, route.nextHop.utf8.elementsEqual(relayHost.value.utf8) else {
            return (route, transport.because)
        }
        return (route, "\(transport.because) and \(relayHost.because)")
    }
}

extension Route {
    /// `transport` or `transport:nexthop` of main.cf; the next hop given here is the one without its own.
    public init(parameter: String, nextHop: String) {
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
