// Martlet as a server of lookups: socketmap_table(5), tcp_table(5).

extension Parameter<[String]> {
    public static var lookupService: Self {
        Self(
            "lookup_service", default: "",
            "Martlet's own: where other programs may ask for maps: inet:host:port or unix:path, with socketmap: or tcp: "
                + "in front for one protocol alone, and :name behind for the map that tcp clients ask.")
    }

    public static var lookupServiceMaps: Self {
        Self(
            "lookup_service_maps",
            default: "virtual_alias_maps, virtual_mailbox_domains, virtual_mailbox_maps",
            "Martlet's own: the maps that other programs may ask for: name=type:table, {name = type:table, …}, or a "
                + "parameter's name for the maps in its value.")
    }
}

extension Parameter<Int> {
    public static var lookupServiceConnectionLimit: Self {
        Self(
            "lookup_service_connection_limit", default: "1000", in: 1...1_000_000,
            "Martlet's own: how many connections lookup_service takes at once.")
    }

    public static var lookupServiceRequestLimit: Self {
        Self(
            "lookup_service_request_limit", default: "8192", in: 64...1_000_000,
            "Martlet's own: how long a request to lookup_service may be, in bytes.")
    }
}

extension Parameter<Duration> {
    public static var lookupServiceIdleTimeout: Self {
        Self(
            "lookup_service_idle_timeout", default: "3600s", atLeast: 1,
            "Martlet's own: how long a client of lookup_service may say nothing.")
    }

    public static var lookupServiceTimeout: Self {
        Self(
            "lookup_service_timeout", default: "100s", atLeast: 1,
            "Martlet's own: how long a client of lookup_service may take to send a request, or to take a reply."
        )
    }
}

extension ParameterCatalogue {
    static let lookupService: [ParameterDefinition] = [
        Parameter<[String]>.lookupService.definition,
        Parameter<[String]>.lookupServiceMaps.definition,
        Parameter<Int>.lookupServiceConnectionLimit.definition,
        Parameter<Int>.lookupServiceRequestLimit.definition,
        Parameter<Duration>.lookupServiceIdleTimeout.definition,
        Parameter<Duration>.lookupServiceTimeout.definition,
    ]
}
