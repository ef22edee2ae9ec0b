// How lookup tables are asked: DATABASE_README.

extension Parameter<Int> {
    public static var lookupConnectionLimit: Self {
        Self(
            "lookup_connection_limit", default: "4", in: 1...1000,
            "Martlet's own: how many connections to one database all tables together may have.")
    }
    public static var lookupStaleLimit: Self {
        Self(
            "lookup_stale_limit", default: "100000", in: 0...100_000_000,
            "Martlet's own: how many addresses and domains are remembered for when a map's servers are down.")
    }
    public static var lookupCacheLimit: Self {
        Self(
            "lookup_cache_limit", default: "100000", in: 0...100_000_000,
            "Martlet's own: how many keys' answers are kept for lookup_cache_ttl.")
    }
}

extension Parameter<Duration> {
    public static var lookupStaleTTL: Self {
        Self(
            "lookup_stale_ttl", default: "4h",
            "Martlet's own: how long what maps answered for a good address counts when their servers are down; 0 is off.")
    }
    public static var lookupCacheTTL: Self {
        Self(
            "lookup_cache_ttl", default: "0s",
            "Martlet's own: how long an answer is used again without asking; 0 is off.")
    }
}

extension ParameterCatalogue {
    static let tables: [ParameterDefinition] = [
        Parameter<Int>.lookupConnectionLimit.definition,
        Parameter<Duration>.lookupStaleTTL.definition,
        Parameter<Int>.lookupStaleLimit.definition,
        Parameter<Duration>.lookupCacheTTL.definition,
        Parameter<Int>.lookupCacheLimit.definition,
    ]
}
