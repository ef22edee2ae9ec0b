/// One lookup as it waits for a connection. Equal ones share an answer.
package struct ServerQuestion<Query: ServerQuery>: Hashable, Sendable {
    package let query: Query
    package let key: ExactKey
    /// Somebody wants to see what is sent (`explain`).
    package let isObserved: Bool

    package static func == (a: Self, b: Self) -> Bool {
        a.query === b.query && a.key == b.key && a.isObserved == b.isObserved
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(query))
        hasher.combine(key)
    }

    /// The answer where nobody could ask.
    package func refused(_ reason: String) -> ServerAnswer {
        ServerAnswer(.failure(query.rules.failure(.unavailable, reason)))
    }
}

/// What became of a question.
package struct ServerAnswer: Sendable {
    package let result: Result<String?, LookupFailure>
    /// What was sent, where the question is observed, else empty.
    package let statement: String
    /// The server that answered, empty where none did.
    package let server: String

    package init(_ result: Result<String?, LookupFailure>, statement: String = "", server: String = "") {
        self.result = result
        self.statement = statement
        self.server = server
    }
}
