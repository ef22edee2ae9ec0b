import CLDAP
import DequeModule
import LookupTables

/// Sees lookups through on one thread, over one connection, all of their searches side by side.
final class LDAPWorker: LookupWorker {
    typealias Ticket = LookupTicket<LDAPQuestion, ServerAnswer>

    private let servers: ServerOrder
    private let timeout: Duration
    private let seconds: Int
    private var connection: LDAPConnection?
    /// By the order in which they came.
    private var lookups: [Int: Lookup] = [:]
    private var lookupsSoFar = 0
    private var unsent: Deque<(lookup: Int, search: Int)> = []
    /// What has been sent, by the numbers of this connection.
    private var sent: [Int32: Sent] = [:]
    private var lastMessage = ContinuousClock.now
    /// Whether this connection was ever of use.
    private var hasAnswered = false

    private struct Lookup {
        let ticket: Ticket
        var expansion: Expansion
        /// Connections that broke while this lookup was on them.
        var losses = 0

        init(_ ticket: Ticket) {
            self.ticket = ticket
            expansion = Expansion(ticket.question.key.text, of: ticket.question.query)
        }
    }

    private struct Sent {
        let lookup: Int
        let search: Int
        let attributes: ResultAttributes
        let instant: ContinuousClock.Instant
    }

    /// So many searches are under way at once on a connection, and so many lookups.
    private static let window = 64
    private static let mostLookups = 64
    /// How soon lookups that come in are noticed while the server is slow with those before.
    private static let glance: Duration = .milliseconds(20)

    init(_ servers: ServerOrder, timeout: Int) {
        self.servers = servers
        self.timeout = .seconds(timeout)
        seconds = timeout
    }

    func serve(_ tickets: [Ticket], more: (Int) -> [Ticket]) {
        tickets.forEach(begin)
        while !lookups.isEmpty {
            do throws(ConnectionLoss) {
                if connection == nil {
                    connection = try servers.connect()
                    hasAnswered = false
                }
                guard let connection else { continue }
                lastMessage = .now
                try converse(over: connection, more)
            } catch {
                guard let broken = connection else {
                    failAll(error.description)
                    return
                }
                connection = nil
                // One that answered and hung up has had enough of an idle connection; others rest.
                if error.isTimeout || !hasAnswered {
                    servers.failed(
                        broken.server, error.description, took: error.isTimeout ? timeout : .zero)
                }
                startAgain(error.description)
            }
        }
    }

    // MARK: Lookups

    private func begin(_ ticket: Ticket) {
        lookupsSoFar += 1
        lookups[lookupsSoFar] = Lookup(ticket)
        unsent.append((lookupsSoFar, 0))
    }

    /// What was under way on a connection that broke begins anew; what has broken two in turn fails.
    private func startAgain(_ reason: String) {
        unsent = []
        sent = [:]
        for (id, lookup) in lookups {
            if lookup.losses > 0 {
                end(id, .failure(lookup.ticket.question.query.rules.failure(.unavailable, reason)))
            } else {
                var again = Lookup(lookup.ticket)
                again.losses = 1
                lookups[id] = again
                unsent.append((id, 0))
            }
        }
    }

    private func failAll(_ reason: String) {
        for (id, lookup) in lookups {
            end(id, .failure(lookup.ticket.question.query.rules.failure(.unavailable, reason)))
        }
        unsent = []
        sent = [:]
    }

    private func end(_ id: Int, _ result: Result<String?, LookupFailure>) {
        guard let lookup = lookups.removeValue(forKey: id) else { return }
        // Where it failed, others of its searches may be under way.
        if case .failure = result { abandon { $0.lookup == id } }
        let question = lookup.ticket.question
        lookup.ticket.answer(
            ServerAnswer(
                result, statement: question.isObserved ? lookup.expansion.description : "",
                server: connection?.server.url ?? ""))
    }

    private func abandon(_ condition: (Sent) -> Bool) {
        for (number, place) in sent where condition(place) {
            connection?.abandon(number)
            sent[number] = nil
        }
    }

    // MARK: The conversation

    private func converse(
        over connection: LDAPConnection, _ more: (Int) -> [Ticket]
    ) throws(ConnectionLoss) {
        while !lookups.isEmpty {
            try send(over: connection)
            guard !lookups.isEmpty else { return }
            let message = try connection.receive(within: Self.glance) { sent[$0]?.attributes }
            if let (number, message) = message {
                lastMessage = .now
                hasAnswered = true
                try take(message, of: number)
            } else {
                try expire(on: connection)
                more(Self.mostLookups - lookups.count).forEach(begin)
            }
        }
    }

    private func send(over connection: LDAPConnection) throws(ConnectionLoss) {
        while sent.count < Self.window, let next = unsent.popFirst() {
            guard let lookup = lookups[next.lookup] else { continue }
            let query = lookup.ticket.question.query
            let request = lookup.expansion.request(next.search)
            switch connection.send(request, sizeLimit: query.sizeLimit, seconds: seconds) {
            case .success(let number):
                sent[number] = Sent(
                    lookup: next.lookup, search: next.search, attributes: query.attributes, instant: .now)
            case .failure(let refusal) where Self.meansLoss(refusal.code):
                throw ConnectionLoss("Lost connection to LDAP server \(connection.server)")
            case .failure(let refusal): try finish(next.lookup, next.search, refusal.code)
            }
        }
    }

    private func take(_ message: LDAPConnection.Message, of number: Int32) throws(ConnectionLoss) {
        guard let place = sent[number] else { return }
        switch message {
        case .other: return
        case .result(let code):
            sent[number] = nil
            guard !Self.meansLoss(code) else {
                throw ConnectionLoss("LDAP server: Search error \(code): \(LDAPText.error(code))")
            }
            try finish(place.lookup, place.search, code)
        case .entry(let entry):
            guard let deadline = lookups[place.lookup]?.ticket.deadline else { return }
            guard deadline > .now else { return endLate(place.lookup) }
            let before = lookups[place.lookup]?.expansion.searches ?? 0
            change(place.lookup) { expansion throws(LookupFailure) in
                try expansion.add(entry, to: place.search)
            }
            let after = lookups[place.lookup]?.expansion.searches ?? before
            for search in before..<after { unsent.append((place.lookup, search)) }
        }
    }

    private func finish(_ id: Int, _ search: Int, _ code: Int32) throws(ConnectionLoss) {
        change(id) { expansion throws(LookupFailure) in try expansion.finish(search, code) }
        guard let lookup = lookups[id], lookup.expansion.isComplete else { return }
        do throws(LookupFailure) {
            end(id, .success(try lookup.expansion.value()))
        } catch {
            end(id, .failure(error))
        }
    }

    private func change(_ id: Int, _ body: (inout Expansion) throws(LookupFailure) -> Void) {
        guard let index = lookups.index(forKey: id) else { return }
        do throws(LookupFailure) {
            try body(&lookups.values[index].expansion)
        } catch {
            end(id, .failure(error))
        }
    }

    /// Gives up searches that take longer than `timeout`, and a server that has been silent for as long.
    private func expire(on connection: LDAPConnection) throws(ConnectionLoss) {
        let now = ContinuousClock.now
        for (number, place) in sent where now - place.instant >= timeout && sent[number] != nil {
            guard lastMessage > place.instant else {
                throw ConnectionLoss(
                    "LDAP server \(connection.server) did not answer in \(seconds) seconds", isTimeout: true)
            }
            connection.abandon(number)
            sent[number] = nil
            change(place.lookup) { expansion throws(LookupFailure) in
                try expansion.finish(place.search, LDAP_TIMEOUT)
            }
        }
        for (id, lookup) in lookups where lookup.ticket.deadline <= now { endLate(id) }
    }

    private func endLate(_ id: Int) {
        guard let rules = lookups[id]?.ticket.question.query.rules else { return }
        end(id, .failure(rules.failure(.unavailable, "the directory did not answer in time")))
    }

    /// The server cannot work now, or the connection is gone: another may do better.
    private static func meansLoss(_ code: Int32) -> Bool {
        [LDAP_SERVER_DOWN, LDAP_CONNECT_ERROR, LDAP_DECODING_ERROR, LDAP_UNAVAILABLE, LDAP_BUSY].contains(
            code)
    }
}
