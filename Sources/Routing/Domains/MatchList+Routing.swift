import LookupTables

extension MatchList {
    /// Whether the name is in the list; each table that is asked is a step for the observer.
    func contains(
        _ name: String, observer: (any RoutingObserver)? = nil, trail: LookupTrail? = nil
    ) async throws(LookupFailure) -> Bool {
        try await contains(name) { (table, key) async throws(LookupFailure) in
            try await Question.ask(table, key, observer: observer, trail: trail)
        }
    }
}
