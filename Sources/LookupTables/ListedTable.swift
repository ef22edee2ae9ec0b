/// A table as one parameter names it: counted, and remembered where the parameter allows it.
public struct ListedTable: Sendable {
    public let table: any LookupTable
    private let counters: LookupCounters
    private let kept: KeptAnswers?

    init(_ table: any LookupTable, counters: LookupCounters, kept: KeptAnswers?) {
        self.table = table
        self.counters = counters
        self.kept = kept
    }

    var isRemembering: Bool { (kept?.staleLifetime ?? .zero) > .zero }

    func trail() -> LookupTrail? { kept?.trail() }

    /// Asks the table, or memory in its place.
    func lookup(
        _ key: String, observer: (any LookupObserver)?, trail: LookupTrail?
    ) async throws(LookupFailure) -> String? {
        counters.lookups.increment()
        guard let kept else { return try await ask(key, observer) }
        // As the table folds it, so that it is remembered once.
        let known = table.keys == .fixed ? KeyFolding.lowercase.fold(key) : key
        if let (value, time) = kept.cached(known) {
            counters.cacheHits.increment()
            counters.count(value)
            trail?.note(value, of: kept.map, for: known, at: time)
            observer?.remembered(age: CoarseTime.age(time, CoarseTime.now), because: nil)
            return value
        }
        do throws(LookupFailure) {
            let value = try await ask(key, observer)
            kept.took(value, for: known, trail: trail)
            return value
        } catch {
            guard let (value, age) = kept.recall(known, error, trail: trail) else { throw error }
            counters.staleAnswers.increment()
            counters.count(value)
            observer?.remembered(age: age, because: error)
            return value
        }
    }

    private func ask(_ key: String, _ observer: (any LookupObserver)?) async throws(LookupFailure) -> String?
    {
        do throws(LookupFailure) {
            let value = try await table.lookup(key, observer: observer)
            counters.count(value)
            return value
        } catch {
            counters.failures.increment()
            throw error
        }
    }
}
