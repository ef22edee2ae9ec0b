import Logging

/// How the answers of one table are kept, for a parameter that allows it.
struct KeptAnswers: Sendable {
    let memory: AnswerMemory
    let map: RememberedMap
    /// `lookup_stale_ttl`; zero is off.
    let staleLifetime: Duration
    /// `lookup_cache_ttl`; zero is off.
    let cacheLifetime: Duration
    let logger: Logger

    /// A trail for lookups in this table and others; nil where nothing is remembered for an outage.
    func trail() -> LookupTrail? {
        staleLifetime > .zero ? LookupTrail(memory: memory, lifetime: staleLifetime) : nil
    }

    func cached(_ key: String) -> (value: String?, time: UInt32)? {
        guard cacheLifetime > .zero else { return nil }
        return memory.cache.get(
            map.number, key, since: CoarseTime.oldest(CoarseTime.now, cacheLifetime))
    }

    /// Takes note of what the table answered just now.
    func took(_ value: String?, for key: String, trail: LookupTrail?) {
        if value != nil { map.outage.answered(logger) }
        guard trail != nil || cacheLifetime > .zero else { return }
        let now = CoarseTime.now
        trail?.note(value, of: map, for: key, at: now)
        if cacheLifetime > .zero {
            memory.cache.put(
                key, [StoredAnswer(map: map.number, value: value, time: now)],
                oldest: CoarseTime.oldest(now, cacheLifetime))
        }
    }

    /// What the table answered lately, now that it cannot be asked; tells the log.
    func recall(_ key: String, _ failure: LookupFailure, trail: LookupTrail?) -> (
        value: String?, age: Duration
    )? {
        // An error of the statement or the definition is no outage: an old answer would only hide it.
        guard failure.cause == .unavailable, let trail else { return nil }
        let recalled = trail.recall(map, key, failure)
        map.outage.missed(key, age: recalled?.age, failure, logger)
        return recalled
    }
}
