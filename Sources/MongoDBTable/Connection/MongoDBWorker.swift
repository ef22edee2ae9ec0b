import CMongoC
import LookupTables

/// Sees lookups through on one thread, with a client of its own, one after the other.
final class MongoDBWorker: LookupWorker {
    typealias Ticket = LookupTicket<MongoDBQuestion, ServerAnswer>

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
                ticket.answer(ticket.question.refused(outage))
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

    private func answer(_ question: MongoDBQuestion) -> (ServerAnswer, Trouble?) {
        let query = question.query
        guard let filter = query.filter(for: question.key.text) else {
            return (
                ServerAnswer(.failure(query.rules.failure(.statement, "the key is too long"))), nil
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
                ServerAnswer(
                    .failure(query.rules.failure(.unavailable, reason)), statement: statement),
                Trouble(reason: reason, isSelection: true)
            )
        }
    }

    private func ask(
        _ question: MongoDBQuestion, _ filter: BSONDocument, _ statement: String, _ client: OpaquePointer
    ) throws(TableError) -> (ServerAnswer, Trouble?) {
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
            return (ServerAnswer(answer, statement: statement, server: server), nil)
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
        return (ServerAnswer(answer, statement: statement, server: server), trouble)
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
