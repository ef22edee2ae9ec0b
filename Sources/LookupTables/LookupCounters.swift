import Metrics

/// What the metrics tell of one table, with its name and type as dimensions: Documentation/maps.md, "What is counted".
struct LookupCounters: Sendable {
    let lookups: Counter
    let found: Counter
    let notFound: Counter
    let failures: Counter
    let staleAnswers: Counter
    let cacheHits: Counter

    /// - Parameter table: `type:name`
    init(table: String) {
        let type = table.prefix { $0 != ":" }
        let dimensions = [("map", table), ("type", String(type))]
        func counter(_ label: String) -> Counter { Counter(label: label, dimensions: dimensions) }
        lookups = counter("martlet_lookups")
        found = counter("martlet_lookups_found")
        notFound = counter("martlet_lookups_not_found")
        failures = counter("martlet_lookup_failures")
        staleAnswers = counter("martlet_lookup_stale_answers")
        cacheHits = counter("martlet_lookup_cache_hits")
    }

    func count(_ value: String?) {
        if value == nil { notFound.increment() } else { found.increment() }
    }
}
