/// A map in a SQL database: the same for each kind, save for the connections of its pool.
package struct SQLTable: LookupTable {
    package let query: SQLQuery
    let domains: DomainList?
    let folding: KeyFolding
    package let pool: SQLPool

    package var name: String { query.table }
    package var keys: LookupKeys { .fixed }

    /// - Parameter settings: what is common to the SQL kinds, read from the map's definition.
    package init(_ settings: SQLSettings, pool: SQLPool) {
        query = settings.query
        domains = settings.domains
        folding = settings.folding
        self.pool = pool
    }

    package func lookup(
        _ key: String, observer: (any LookupObserver)?
    ) async throws(LookupFailure) -> String? {
        // A zero byte would end a statement early in some C libraries, and no address has one (RFC 5321 §4.1.2).
        guard !key.utf8.contains(0) else { return nil }
        guard !key.isEmpty else {
            query.logger.warning("table \"\(name)\": empty query string -- ignored")
            return nil
        }
        let key = folding.fold(key)
        if let domains, try await !domains.accepts(key, observer: observer) { return nil }
        guard query.accepts(key) else { return nil }

        let question = SQLQuestion(query: query, key: key, isObserved: observer != nil)
        guard let observer else { return try await pool.ask(question).result.get() }
        let start = ContinuousClock.now
        let reply = await pool.ask(question)
        observer.asked(statement: reply.statement, host: reply.host, duration: .now - start)
        return try reply.result.get()
    }
}
