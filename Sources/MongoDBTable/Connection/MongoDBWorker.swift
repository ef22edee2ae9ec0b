import CMongoC
import LookupTables

/// One lookup as it waits for a client.
struct MongoDBQuestion: Hashable, Sendable {
    let query: MongoDBQuery
    let key: ExactKey
    /// Somebody wants to see the question (`explain`).
    let isObserved: Bool

    static func == (a: Self, b: Self) -> Bool {
        a.query === b.query && a.key == b.key && a.isObserved == b.isObserved
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(query))
        hasher.combine(key)
    }
}

/// What became of it.
struct MongoDBAnswer: Sendable {
    let result: Result<String?, LookupFailure>
    /// What was sent, where the question is observed, else empty.
    var statement = ""
    /// The server that answered, empty where none did.
    var server = ""
}

/// Sees lookups through on one thread, with a client of its own, one after the other.
final class MongoDBWorker: LookupWorker {
    typealias Ticket = LookupTicket<MongoDBQuestion, MongoDBAnswer>

    private let clients: MongoDBClients
    private let library: MongoDBLibrary
    private var client: OpaquePointer?

    init(_ clients: MongoDBClients) {
        self.clients = clients
        library = clients.library
    }

    deinit {
        if let client { clients.giveBack(client) }
    }

    func serve(_ tickets: [Ticket], more: (Int) -> [Ticket]) {
        for ticket in tickets {
            let query = ticket.question.query
            if let outage = clients.mayTry() {
                ticket.answer(MongoDBAnswer(result: .failure(query.rules.failure(.unavailable, outage))))
                continue
            }
            var (answer, trouble) = answer(ticket.question)
            // A server closes connections that were idle, and may be succeeded by another.
            if trouble != nil, .now < ticket.deadline, trouble?.isSelection == false {
                (answer, trouble) = self.answer(ticket.question)
            }
            clients.tried(trouble?.reason)
            if let trouble { query.rules.logger.warning("\(query.rules.table): \(trouble.reason)") }
            ticket.answer(answer)
        }
    }

    /// Why a server could not be asked.
    private struct Trouble {
        let reason: String
        /// No server could be found in time: trying again at once is no use.
        let isSelection: Bool
    }

    private func answer(_ question: MongoDBQuestion) -> (MongoDBAnswer, Trouble?) {
        let query = question.query
        guard let filter = query.filter(for: question.key.text) else {
            return (
                MongoDBAnswer(result: .failure(query.rules.failure(.statement, "the key is too long"))), nil
            )
        }
        let statement = question.isObserved ? query.description(filter) : ""
        do throws(TableError) {
            let client = if let client { client } else { try clients.take() }
            self.client = client
            return try ask(question, filter, statement, client)
        } catch {
            let reason = "connect to mongodb server: \(clients.withoutSecrets(error.description))"
            return (
                MongoDBAnswer(
                    result: .failure(query.rules.failure(.unavailable, reason)), statement: statement),
                Trouble(reason: reason, isSelection: true)
            )
        }
    }

    private func ask(
        _ question: MongoDBQuestion, _ filter: BSONDocument, _ statement: String, _ client: OpaquePointer
    ) throws(TableError) -> (MongoDBAnswer, Trouble?) {
        let query = question.query
        guard let collection = library.collection(client, query.database, query.collection) else {
            throw TableError("failed to get collection [\(query.collection)] from [\(query.database)]")
        }
        defer { library.destroyCollection(collection) }
        guard
            let cursor = library.find(
                collection, filter.pointer, query.options.pointer, nil)
        else { throw TableError("out of memory") }
        defer { library.destroyCursor(cursor) }

        var answer: Result<String?, LookupFailure>
        do throws(LookupFailure) {
            answer = .success(try read(cursor, question))
        } catch {
            answer = .failure(error)
        }
        let server = host(of: cursor)
        var error = bson_error_t()
        guard library.cursorError(cursor, &error) else {
            return (MongoDBAnswer(result: answer, statement: statement, server: server), nil)
        }
        let text = clients.withoutSecrets(error.text)
        let isServers =
            error.domain == MONGOC_ERROR_SERVER.rawValue || error.domain == MONGOC_ERROR_QUERY.rawValue
            || error.domain == MONGOC_ERROR_CURSOR.rawValue || error.domain == MONGOC_ERROR_BSON.rawValue
        let reason = isServers ? "query failed: \(text)" : "mongodb server: \(text)"
        answer = .failure(query.rules.failure(isServers ? .statement : .unavailable, reason))
        let trouble =
            isServers
            ? nil
            : Trouble(
                reason: reason, isSelection: error.domain == MONGOC_ERROR_SERVER_SELECTION.rawValue)
        return (MongoDBAnswer(result: answer, statement: statement, server: server), trouble)
    }

    private func read(
        _ cursor: OpaquePointer, _ question: MongoDBQuestion
    ) throws(LookupFailure) -> String? {
        let values = DocumentValues(query: question.query)
        var result = ResultList(to: question.key.text, of: question.query.rules)
        var document: OpaquePointer?
        while library.nextDocument(cursor, &document), let document {
            try values.add(document, to: &result)
        }
        return try result.value()
    }

    private func host(of cursor: OpaquePointer) -> String {
        var host = mongoc_host_list_t()
        library.cursorHost(cursor, &host)
        return withUnsafeBytes(of: host.host_and_port) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
