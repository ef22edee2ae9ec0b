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
        guard let question = try await question(key, observer: observer) else { return nil }
        guard let observer else { return try await pool.ask(question).result.get() }
        let start = ContinuousClock.now
        let reply = await pool.ask(question)
        observer.asked(statement: reply.statement, host: reply.host, duration: .now - start)
        return try reply.result.get()
    }

    package func lookup(all keys: [String]) async -> [Result<String?, LookupFailure>] {
        var results = [Result<String?, LookupFailure>](repeating: .success(nil), count: keys.count)
        var questions: [SQLQuestion] = []
        var positions: [Int] = []
        for (position, key) in keys.enumerated() {
            do throws(LookupFailure) {
                guard let question = try await question(key, observer: nil) else { continue }
                questions.append(question)
                positions.append(position)
            } catch {
                results[position] = .failure(error)
            }
        }
        for (position, reply) in zip(positions, await pool.ask(questions)) {
            results[position] = reply.result
        }
        return results
    }

    /// What a key comes to; nil where nothing has to be asked to know that it is not there.
    private func question(
        _ key: String, observer: (any LookupObserver)?
    ) async throws(LookupFailure) -> SQLQuestion? {
        // A zero byte would end a statement early in some C libraries, and no address has one (RFC 5321 §4.1.2).
        guard !key.utf8.contains(0) else { return nil }
        guard !key.isEmpty else {
            query.logger.warning("table \"\(name)\": empty query string -- ignored")
            return nil
        }
        let key = folding.fold(key)
        if let domains, try await !domains.accepts(key, observer: observer) {
            observer?.notSent(because: DomainList.words(key))
            return nil
        }
        guard query.accepts(key) else {
            observer?.notSent(because: query.needs.words(query: "query"))
            return nil
        }
        return SQLQuestion(query: query, key: key, isObserved: observer != nil)
    }
}
