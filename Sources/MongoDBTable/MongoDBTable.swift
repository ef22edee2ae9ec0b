import LookupTables

/// A map in a MongoDB collection.
struct MongoDBTable: LookupTable {
    let query: MongoDBQuery
    let threads: LookupThreads<MongoDBQuestion, MongoDBAnswer>

    var name: String { query.rules.table }
    var keys: LookupKeys { .fixed }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        guard let key = try await query.rules.admit(key, observer: observer) else { return nil }
        let question = MongoDBQuestion(query: query, key: ExactKey(key), isObserved: observer != nil)
        guard let observer else { return try await threads.ask(question).result.get() }
        let start = ContinuousClock.now
        let answer = await threads.ask(question)
        observer.asked(statement: answer.statement, host: answer.server, duration: .now - start)
        return try answer.result.get()
    }
}
