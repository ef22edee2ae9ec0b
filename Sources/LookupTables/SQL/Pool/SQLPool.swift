import Dispatch
import Logging
import Synchronization

/// A few connections to one database, shared by all maps that name it.
///
/// Lookups queue; a connection that is free takes all that wait, up to a batch, and asks them together. Each
/// connection has a thread of its own, started when there is work for it and ended when it was idle for long.
package final class SQLPool: Sendable {
    let connector: any SQLConnector
    private let logger: Logger
    private let state: Mutex<State>
    /// Connections are opened one after the other, so that a host that hangs costs one wait, not four.
    private let connecting = DispatchSemaphore(value: 1)
    private let timer = DispatchQueue(label: "lookup deadlines")

    private struct State {
        var settings: PoolSettings
        var queue = QuestionQueue()
        var rota: HostRota
        /// Threads that wait for work; the last that fell asleep is woken first, so that the others go idle.
        var asleep: [Sleeper] = []
        var threads = 0
        /// A thread is on its way to the queue; whoever comes in the meantime travels with it.
        var isSomebodyComing = false
        var isTimerSet = false
        var isClosed = false
    }

    private final class Sleeper: Sendable {
        let alarm = DispatchSemaphore(value: 0)
    }

    private enum Summons {
        case nobody, wake(Sleeper), start
    }

    package init(_ connector: any SQLConnector, settings: PoolSettings = PoolSettings(), logger: Logger) {
        self.connector = connector
        self.logger = logger
        state = Mutex(State(settings: settings, rota: HostRota(connector.hosts)))
    }

    // MARK: Asking

    package func ask(_ question: SQLQuestion) async -> SQLReply {
        await withUnsafeContinuation { enqueue(CollectionOfOne((question, .one($0)))) }
    }

    /// Asks all of them, for somebody who goes on when all have a reply.
    /// - Returns: the replies in the questions' order.
    package func ask(_ questions: [SQLQuestion]) async -> [SQLReply] {
        guard !questions.isEmpty else { return [] }
        let replies = await withUnsafeContinuation { continuation in
            let gathering = Gathering(questions.count, continuation)
            // By and by, so that the first are under way while the last are queued.
            for start in stride(from: 0, to: questions.count, by: 512) {
                let some = questions.indices[start...].prefix(512)
                enqueue(some.lazy.map { (questions[$0], .many(gathering, position: $0)) })
            }
        }
        return zip(questions, replies).map { question, reply in
            reply ?? SQLReply(.failure(question.query.failure(.unavailable, "the answer was lost")))
        }
    }

    private func enqueue(_ questions: some Sequence<(SQLQuestion, Asker)>) {
        var refused: [(SQLQuestion, Asker, String)] = []
        let summons = state.withLock { state in
            let deadline = ContinuousClock.now + state.settings.patience
            for (question, asker) in questions {
                if state.isClosed {
                    refused.append((question, asker, "the program is stopping"))
                } else if state.queue.waiting >= state.settings.waiting {
                    let reason = "\(state.queue.waiting) lookups wait for the database already"
                    refused.append((question, asker, reason))
                } else {
                    state.queue.add(question, asker, deadline: deadline)
                }
            }
            setTimer(&state)
            return summon(&state)
        }
        for (question, asker, reason) in refused {
            asker.resume(SQLReply(.failure(question.query.failure(.unavailable, reason))))
        }
        carryOut(summons)
    }

    /// Takes over the shorter intervals of a further map that uses the pool, and the size.
    package func tighten(_ settings: PoolSettings) {
        state.withLock {
            $0.settings.idle = min($0.settings.idle, settings.idle)
            $0.settings.retry = min($0.settings.retry, settings.retry)
            // All maps of a configuration say the same; one that is read again says it anew.
            $0.settings.size = settings.size
        }
    }

    /// Fails what waits, lets what is being asked end, and closes the connections.
    package func close() {
        let (batch, sleepers) = state.withLock { state in
            state.isClosed = true
            defer { state.asleep = [] }
            return (state.queue.take(.max), state.asleep)
        }
        fail(batch, "the program is stopping")
        for sleeper in sleepers { sleeper.alarm.signal() }
    }

    /// The most connections.
    package var size: Int { state.withLock(\.settings.size) }

    /// Connections that are open or being opened, each with its thread.
    package var threads: Int { state.withLock(\.threads) }

    private func summon(_ state: inout State) -> Summons {
        guard !state.queue.isEmpty, !state.isSomebodyComing else { return .nobody }
        if let sleeper = state.asleep.popLast() {
            state.isSomebodyComing = true
            return .wake(sleeper)
        }
        guard state.threads < state.settings.size else { return .nobody }
        state.threads += 1
        state.isSomebodyComing = true
        return .start
    }

    private func carryOut(_ summons: Summons) {
        switch summons {
        case .nobody: return
        case .wake(let sleeper): sleeper.alarm.signal()
        case .start:
            if OwnThread.start({ self.work() }) { return }
            let batch = state.withLock { state in
                state.threads -= 1
                state.isSomebodyComing = false
                return state.threads == 0 ? state.queue.take(.max) : QuestionBatch()
            }
            fail(batch, "the system gave no thread for a connection")
        }
    }

    // MARK: Deadlines

    /// Watches over lookups that no thread takes, because all are busy with a server that hangs.
    private func setTimer(_ state: inout State) {
        guard !state.isTimerSet, let deadline = state.queue.nextDeadline else { return }
        state.isTimerSet = true
        let (seconds, attoseconds) = (deadline - .now).components
        let nanoseconds = max(0, Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)) + 1_000_000
        timer.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in self?.expire() }
    }

    private func expire() {
        let batch = state.withLock { state in
            state.isTimerSet = false
            defer { setTimer(&state) }
            return state.queue.takeExpired(.now)
        }
        fail(batch, ConnectionLoss.tooLate.description)
    }

    private func fail(_ batch: QuestionBatch, _ reason: String) {
        fail(batch.questions[...], batch.waiters[...], reason)
    }

    private func fail(
        _ questions: ArraySlice<SQLQuestion>, _ waiters: ArraySlice<QuestionQueue.Waiter>, _ reason: String
    ) {
        for (question, waiter) in zip(questions, waiters) {
            waiter.resume(SQLReply(.failure(question.query.failure(.unavailable, reason))))
        }
    }

    // MARK: Working

    /// The life of a connection's thread.
    private func work() {
        let sleeper = Sleeper()
        var connection: Open?
        while let batch = nextBatch(sleeper) { serve(batch, &connection) }
        close(&connection)
    }

    struct Open {
        let host: DatabaseHost
        let connection: any SQLConnection
    }

    /// Waits for work; nil where there was none for `idle_interval`, and the thread has signed off.
    private func nextBatch(_ sleeper: Sleeper) -> QuestionBatch? {
        while true {
            var summons = Summons.nobody
            var idle = Duration.zero
            let batch: QuestionBatch? = state.withLock { state in
                state.isSomebodyComing = false
                guard !state.queue.isEmpty else {
                    if state.isClosed { return nil }
                    state.asleep.append(sleeper)
                    idle = state.settings.idle
                    return QuestionBatch()
                }
                let batch = state.queue.take(state.settings.batch, stretch: state.settings.stretch)
                summons = summon(&state)
                return batch
            }
            carryOut(summons)
            guard let batch else {
                state.withLock { $0.threads -= 1 }
                return nil
            }
            if !batch.questions.isEmpty { return batch }
            guard sleep(sleeper, for: idle) else { return nil }
        }
    }

    /// - Returns: whether there is work.
    private func sleep(_ sleeper: Sleeper, for duration: Duration) -> Bool {
        let milliseconds = Int(min(duration / .milliseconds(1), 1e12))
        if sleeper.alarm.wait(timeout: .now() + .milliseconds(milliseconds)) == .success { return true }
        let isForgotten = state.withLock { state in
            guard let index = state.asleep.firstIndex(where: { $0 === sleeper }) else { return false }
            state.asleep.remove(at: index)
            state.threads -= 1
            return true
        }
        guard !isForgotten else { return false }
        // Somebody called while the time ran out.
        sleeper.alarm.wait()
        return true
    }

    /// Sees a batch through: what can be asked together first, the rest one by one.
    private func serve(_ batch: QuestionBatch, _ connection: inout Open?) {
        guard let rest = askTogether(batch, &connection) else { return }
        askOneByOne(rest.questions[...], rest.waiters[...], &connection)
    }

    /// - Returns: what had no reply; nil where nothing is left to do.
    private func askTogether(_ batch: QuestionBatch, _ connection: inout Open?) -> QuestionBatch? {
        // One that is too late would end the connection before it was asked.
        guard batch.questions.count > 1, let first = batch.waiters.first, first.deadline > .now else {
            return batch
        }
        var isAnswered = [Bool](repeating: false, count: batch.waiters.count)
        var answers = 0
        do throws(ConnectionLoss) {
            if connection == nil { connection = try connect() }
            let start = ContinuousClock.now
            defer { batch.observe(.now - start) { isAnswered[$0] } }
            try connection?.connection.askTogether(batch.questions[...], until: first.deadline) {
                position, reply in
                guard !isAnswered[position] else { return }
                isAnswered[position] = true
                answers += 1
                batch.waiters[position].resume(reply)
            }
        } catch {
            // Nobody is to blame yet: what is left is asked again, one by one.
            guard lose(&connection, error) else {
                fail(batch.filtered { !isAnswered[$0] }, error.description)
                return nil
            }
        }
        return answers == batch.waiters.count ? nil : batch.filtered { !isAnswered[$0] }
    }

    /// Answers come from this connection or, where it breaks, from the next.
    ///
    /// The first statement without an answer is the one that may have broken the connection: it is tried twice.
    /// The others are only late.
    private func askOneByOne(
        _ questions: ArraySlice<SQLQuestion>, _ waiters: ArraySlice<QuestionQueue.Waiter>,
        _ connection: inout Open?
    ) {
        var questions = questions
        var waiters = waiters
        var suspect: Int?
        while let first = waiters.first {
            guard first.deadline > .now else {
                fail(questions.prefix(1), waiters.prefix(1), ConnectionLoss.tooLate.description)
                (questions, waiters) = (questions.dropFirst(), waiters.dropFirst())
                continue
            }
            do throws(ConnectionLoss) {
                if connection == nil { connection = try connect() }
                var before = ContinuousClock.now
                try connection?.connection.ask(questions, until: first.deadline) { reply in
                    let now = ContinuousClock.now
                    questions.popFirst()?.query.pace.observe(now - before)
                    waiters.popFirst()?.resume(reply)
                    before = now
                }
                return fail(questions, waiters, "the answer was lost")
            } catch {
                guard lose(&connection, error) else { return fail(questions, waiters, error.description) }
                let isSecondTime = suspect == waiters.startIndex
                suspect = waiters.startIndex
                if isSecondTime {
                    fail(questions.prefix(1), waiters.prefix(1), error.description)
                    (questions, waiters) = (questions.dropFirst(), waiters.dropFirst())
                }
            }
        }
    }

    /// Lets go of a connection that broke.
    /// - Returns: false where there was none: it could not be opened.
    private func lose(_ connection: inout Open?, _ loss: ConnectionLoss) -> Bool {
        guard let broken = connection else { return false }
        close(&connection)
        if loss.isTimeout {
            state.withLock { state in
                state.rota.failed(broken.host, loss.description, took: .zero, settings: state.settings)
            }
        }
        return true
    }

    func close(_ connection: inout Open?) {
        guard let open = connection else { return }
        connection = nil
        state.withLock { $0.rota.closed(open.host) }
    }

    func connect() throws(ConnectionLoss) -> Open {
        connecting.wait()
        defer { connecting.signal() }
        // Asked again after each failure: with one host more at rest, another may be worth a try.
        var tried: Set<DatabaseHost> = []
        while let host = state.withLock({ $0.rota.candidates(.now) }).first(where: { !tried.contains($0) }) {
            tried.insert(host)
            let start = ContinuousClock.now
            do throws(ConnectionLoss) {
                let connection = try connector.connect(to: host)
                state.withLock { $0.rota.opened(host) }
                return Open(host: host, connection: connection)
            } catch {
                logger.warning("\(error)")
                state.withLock { state in
                    state.rota.failed(
                        host, error.description, took: .now - start, settings: state.settings)
                }
            }
        }
        throw ConnectionLoss(state.withLock { $0.rota.reasons })
    }
}
