/// A map whose questions a client library asks, on threads that may block: `ldap:`, `mongodb:`.
package struct ServerTable<Query: ServerQuery>: LookupTable {
    package let query: Query
    private let threads: LookupThreads<ServerQuestion<Query>, ServerAnswer>

    package init(query: Query, threads: LookupThreads<ServerQuestion<Query>, ServerAnswer>) {
        self.query = query
        self.threads = threads
    }

    package var name: String { query.rules.table }
    package var keys: LookupKeys { .fixed }

    package func lookup(
        _ key: String, observer: (any LookupObserver)?
    ) async throws(LookupFailure) -> String? {
        guard let key = try await query.rules.admit(key, observer: observer) else { return nil }
        let question = ServerQuestion(query: query, key: ExactKey(key), isObserved: observer != nil)
        guard let observer else { return try await threads.ask(question).result.get() }
        let start = ContinuousClock.now
        let answer = await threads.ask(question)
        observer.asked(statement: answer.statement, host: answer.server, duration: .now - start)
        return try answer.result.get()
    }
}

/// What a map asks its server, made once of its definition.
package protocol ServerQuery: AnyObject, Sendable {
    var rules: MapRules { get }
}
