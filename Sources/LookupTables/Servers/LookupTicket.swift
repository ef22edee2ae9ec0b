import Synchronization

/// A question that waits for its answer, and everybody who waits with it.
package final class LookupTicket<Question: Hashable & Sendable, Answer: Sendable>: Sendable {
    typealias Continuation = UnsafeContinuation<Answer, Never>

    package let question: Question
    /// When the lookup fails if nobody has answered.
    package let deadline: ContinuousClock.Instant
    /// Empty once it was answered.
    private let waiters: Mutex<[Continuation]>

    init(_ question: Question, _ waiter: Continuation, deadline: ContinuousClock.Instant) {
        self.question = question
        self.deadline = deadline
        waiters = Mutex([waiter])
    }

    /// Lets another one wait for the same answer; only before the ticket is taken.
    func join(_ waiter: Continuation) { waiters.withLock { $0.append(waiter) } }

    /// Answers everybody who waits. Only the first answer counts.
    package func answer(_ answer: Answer) {
        let waiters = waiters.withLock { waiters in
            defer { waiters = [] }
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: answer) }
    }
}
