import LookupTables

/// Every list that an address's way may ask, opened.
public struct RoutingTables: Sendable {
    /// `mydestination`, with the addresses of the interfaces.
    public var mydestination: MatchList
    /// Addresses of `inet_interfaces` and `proxy_interfaces`: `user@[address]` is local.
    public var interfaces: InterfaceAddresses
    public var virtualAliasDomains: MatchList
    public var virtualMailboxDomains: MatchList
    public var relayDomains: MatchList

    public var virtualAliasMaps: TableList
    public var virtualMailboxMaps: TableList
    public var relayRecipientMaps: TableList
    public var localRecipientMaps: TableList
    public var transportMaps: TableList

    /// Tables that change addresses on the way.
    public var rewriting = RewritingTables()
    // What goes where by sender, and who has moved.
    public var relocatedMaps = TableList(parameter: "relocated_maps", tables: [])
    public var senderDependentDefaultTransportMaps = TableList(
        parameter: "sender_dependent_default_transport_maps", tables: [])
    public var senderDependentRelayhostMaps = TableList(
        parameter: "sender_dependent_relayhost_maps", tables: [])

    // Mail for users of this machine.
    public var aliasMaps = TableList(parameter: "alias_maps", tables: [])
    public var mailboxTransportMaps = TableList(parameter: "mailbox_transport_maps", tables: [])
    public var mailboxCommandMaps = TableList(parameter: "mailbox_command_maps", tables: [])
    public var fallbackTransportMaps = TableList(parameter: "fallback_transport_maps", tables: [])
    /// Who is a user of this machine; answers lines of passwd(5).
    public var users = TableList(parameter: "users of this machine", tables: [])

    public init(
        mydestination: MatchList, interfaces: InterfaceAddresses = InterfaceAddresses([]),
        virtualAliasDomains: MatchList, virtualMailboxDomains: MatchList, relayDomains: MatchList,
        virtualAliasMaps: TableList, virtualMailboxMaps: TableList, relayRecipientMaps: TableList,
        localRecipientMaps: TableList, transportMaps: TableList
    ) {
        self.mydestination = mydestination
        self.interfaces = interfaces
        self.virtualAliasDomains = virtualAliasDomains
        self.virtualMailboxDomains = virtualMailboxDomains
        self.relayDomains = relayDomains
        self.virtualAliasMaps = virtualAliasMaps
        self.virtualMailboxMaps = virtualMailboxMaps
        self.relayRecipientMaps = relayRecipientMaps
        self.localRecipientMaps = localRecipientMaps
        self.transportMaps = transportMaps
    }
}

extension RoutingTables {
    /// A list whose answers are remembered for an outage; nil where none is.
    var remembering: TableList? {
        let maps =
            [
                virtualAliasMaps, virtualMailboxMaps, relayRecipientMaps, localRecipientMaps, transportMaps,
                relocatedMaps,
            ] + rewriting.all
        let domains = [virtualMailboxDomains, virtualAliasDomains, relayDomains, mydestination]
        return maps.first(where: \.isRemembering) ?? domains.lazy.compactMap(\.remembering).first
    }

    /// The table that knows the recipients of a class; nil where there is none.
    func recipients(of addressClass: AddressClass) -> TableList? {
        switch addressClass {
        case .local: localRecipientMaps
        case .virtualMailbox: virtualMailboxMaps
        case .relay: relayRecipientMaps
        case .virtualAlias, .other: nil
        }
    }
}
