import LookupTables

extension MatchList {
    /// Whether the name is in the list; each table that is asked is a step for the observer.
    func contains(
        _ name: String, observer: (any RoutingObserver)? = nil
    ) async throws(LookupFailure) -> Bool {
        try await contains(name) { (table, key) async throws(LookupFailure) in
            try await Question.ask(table, parameter, key, observer: observer)
        }
    }
}
