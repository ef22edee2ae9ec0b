import DequeModule
import Dispatch
import PostfixConfig
import Synchronization

/// Answers questions on one thread with what it has open there. It may block, and is let go with its thread.
package protocol LookupWorker<Question, Answer>: AnyObject {
    associatedtype Question: Hashable & Sendable
    associatedtype Answer: Sendable

    /// Answers the tickets, in any order.
    ///
    /// - Parameter more: takes further tickets that wait, at most so many; none where nobody waits.
    func serve(
        _ tickets: [LookupTicket<Question, Answer>], more: (Int) -> [LookupTicket<Question, Answer>])
}

/// A few threads with a connection each, for client libraries that block. They are started when there is work and
/// end when they were idle for long. Equal questions that wait share an answer.
package final class LookupThreads<Question: Hashable & Sendable, Answer: Sendable>: ServerConnections {
    package typealias Ticket = LookupTicket<Question, Answer>

    private let limits: LookupThreadLimits
    private let makeWorker: @Sendable () -> any LookupWorker<Question, Answer>
    private let refusal: @Sendable (Question, String) -> Answer
    private let state = Mutex(State())
    private let timer = DispatchQueue(label: "lookup deadlines")

    private struct State {
        var waiting: Deque<Ticket> = []
        var byQuestion: [Question: Ticket] = [:]
        /// Threads that wait for work; the last that fell asleep is woken first, so that the others go idle.
        var asleep: [Sleeper] = []
        var threads = 0
        /// A thread is on its way; whoever comes in the meantime travels with it.
        var isSomebodyComing = false
        var isTimerSet = false
        var isClosed = false

        mutating func take(_ limit: Int) -> [Ticket] {
            let count = min(limit, waiting.count)
            let tickets = Array(waiting.prefix(count))
            waiting.removeFirst(count)
            for ticket in tickets { byQuestion[ticket.question] = nil }
            return tickets
        }
    }

    private final class Sleeper: Sendable {
        let alarm = DispatchSemaphore(value: 0)
    }

    private enum Summons {
        case nobody, wake(Sleeper), start
    }

    /// - Parameters:
    ///   - refusal: the answer where nobody could ask, and why.
    ///   - makeWorker: called on each new thread.
    package init(
        _ limits: LookupThreadLimits, refusal: @escaping @Sendable (Question, String) -> Answer,
        makeWorker: @escaping @Sendable () -> any LookupWorker<Question, Answer>
    ) {
        self.limits = limits
        self.refusal = refusal
        self.makeWorker = makeWorker
    }

    // MARK: Asking

    package func ask(_ question: Question) async -> Answer {
        await withUnsafeContinuation { continuation in
            let (summons, problem): (Summons, String?) = state.withLock { state in
                guard !state.isClosed else { return (.nobody, "the program is stopping") }
                if let same = state.byQuestion[question] {
                    same.join(continuation)
                    return (.nobody, nil)
                }
                guard state.waiting.count < limits.waiting else {
                    return (.nobody, "\(state.waiting.count) lookups wait for the server already")
                }
                let ticket = Ticket(question, continuation, deadline: .now + limits.patience)
                state.waiting.append(ticket)
                state.byQuestion[question] = ticket
                setTimer(&state)
                return (summon(&state), nil)
            }
            if let problem { continuation.resume(returning: refusal(question, problem)) }
            carryOut(summons)
        }
    }

    /// Fails what waits, lets what is being asked end, and ends the threads.
    package func close() {
        let (tickets, sleepers) = state.withLock { state in
            state.isClosed = true
            defer { state.asleep = [] }
            return (state.take(.max), state.asleep)
        }
        refuse(tickets, "the program is stopping")
        for sleeper in sleepers { sleeper.alarm.signal() }
    }

    private func refuse(_ tickets: [Ticket], _ reason: String) {
        for ticket in tickets { ticket.answer(refusal(ticket.question, reason)) }
    }

    private func summon(_ state: inout State) -> Summons {
        guard !state.waiting.isEmpty, !state.isSomebodyComing else { return .nobody }
        if let sleeper = state.asleep.popLast() {
            state.isSomebodyComing = true
            return .wake(sleeper)
        }
        guard state.threads < limits.threads else { return .nobody }
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
            let tickets = state.withLock { state in
                state.threads -= 1
                state.isSomebodyComing = false
                return state.threads == 0 ? state.take(.max) : []
            }
            refuse(tickets, "the system gave no thread for a connection")
        }
    }

    // MARK: Deadlines

    /// Watches over questions that no thread takes, because all are busy with a server that hangs.
    private func setTimer(_ state: inout State) {
        guard !state.isTimerSet, let deadline = state.waiting.first?.deadline else { return }
        state.isTimerSet = true
        let milliseconds = max(0, Int((deadline - .now) / .milliseconds(1))) + 1
        timer.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [weak self] in self?.expire() }
    }

    private func expire() {
        let tickets = state.withLock { state in
            state.isTimerSet = false
            defer { setTimer(&state) }
            let now = ContinuousClock.now
            return state.take(state.waiting.firstIndex { $0.deadline > now } ?? state.waiting.count)
        }
        refuse(tickets, "no connection was free in time")
    }

    // MARK: Working

    /// The life of a thread.
    private func work() {
        let sleeper = Sleeper()
        let worker = makeWorker()
        while let tickets = nextTickets(sleeper) {
            var taken = tickets
            worker.serve(tickets) { limit in
                let tickets = state.withLock { $0.take(limit) }
                taken += tickets
                return tickets
            }
            // Does nothing to those that were answered.
            refuse(taken, "the answer was lost")
        }
    }

    /// Waits for work; nil where there was none for long, and the thread has signed off.
    private func nextTickets(_ sleeper: Sleeper) -> [Ticket]? {
        while true {
            var summons = Summons.nobody
            let tickets: [Ticket]? = state.withLock { state in
                state.isSomebodyComing = false
                guard !state.waiting.isEmpty else {
                    guard !state.isClosed else {
                        state.threads -= 1
                        return nil
                    }
                    state.asleep.append(sleeper)
                    return []
                }
                let tickets = state.take(limits.batch)
                summons = summon(&state)
                return tickets
            }
            carryOut(summons)
            guard let tickets else { return nil }
            if !tickets.isEmpty { return tickets }
            guard sleep(sleeper) else { return nil }
        }
    }

    /// - Returns: whether there is work.
    private func sleep(_ sleeper: Sleeper) -> Bool {
        let milliseconds = Int(min(limits.idle / .milliseconds(1), 1e12))
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
}

/// The limits of a server's threads.
package struct LookupThreadLimits: Sendable {
    /// The most threads, and so connections, however many lookups wait.
    package var threads = 4
    /// The most questions that a thread takes at once.
    package var batch = 32
    /// The most questions that wait; one more fails at once.
    package var waiting = 100_000
    /// How long a lookup may take until it fails, waiting and retries included.
    package var patience: Duration = .seconds(30)
    /// A thread that had nothing to do for so long ends, and its connection with it.
    package var idle: Duration = .seconds(60)

    package init() {}

    /// `lookup_connection_limit`
    package init(_ configuration: Configuration) {
        threads = configuration[.lookupConnectionLimit]
    }
}
