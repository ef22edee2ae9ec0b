import DequeModule

/// The lookups that wait for a connection, oldest first. Equal ones wait as one and share the answer.
struct QuestionQueue {
    /// Everybody who waits for one answer.
    struct Waiter {
        // Not the checked kind, which allocates for each lookup; the pool resumes every waiter that it takes
        // out of the queue exactly once, and what is left in the queue is expired.
        typealias Continuation = UnsafeContinuation<SQLReply, Never>

        let first: Continuation
        var others: [Continuation] = []
        let deadline: ContinuousClock.Instant

        func resume(_ reply: SQLReply) {
            first.resume(returning: reply)
            for other in others { other.resume(returning: reply) }
        }
    }

    private struct Sameness: Hashable {
        let query: ObjectIdentifier
        let key: ExactKey
    }

    private var questions: Deque<SQLQuestion> = []
    private var waiters: Deque<Waiter> = []
    /// Positions counted from the first question ever.
    private var positions: [Sameness: Int] = [:]
    private var taken = 0
    /// Waiters, sharing ones included.
    private(set) var waiting = 0

    var isEmpty: Bool { questions.isEmpty }
    var nextDeadline: ContinuousClock.Instant? { waiters.first?.deadline }

    mutating func add(
        _ question: SQLQuestion, _ continuation: Waiter.Continuation, deadline: ContinuousClock.Instant
    ) {
        waiting += 1
        if !question.isObserved {
            let sameness = Sameness(query: ObjectIdentifier(question.query), key: ExactKey(question.key))
            let position = taken + questions.count
            if let earlier = positions.updateValue(position, forKey: sameness) {
                positions[sameness] = earlier
                waiters[earlier - taken].others.append(continuation)
                return
            }
        }
        questions.append(question)
        waiters.append(Waiter(first: continuation, deadline: deadline))
    }

    /// Takes the oldest out: at most so many, and no more behind one with which the time is used up.
    mutating func take(_ limit: Int, stretch: Duration) -> QuestionBatch {
        var time = Pace.nanoseconds(stretch)
        var count = 0
        while count < min(limit, questions.count), time > 0 {
            time -= questions[count].query.pace.nanoseconds
            count += 1
        }
        return take(count)
    }

    /// Takes the oldest out, at most so many.
    mutating func take(_ limit: Int) -> QuestionBatch {
        let count = min(limit, questions.count)
        let batch = QuestionBatch(
            questions: Array(questions.prefix(count)), waiters: Array(waiters.prefix(count)))
        questions.removeFirst(count)
        waiters.removeFirst(count)
        taken += count
        for (question, waiter) in zip(batch.questions, batch.waiters) {
            waiting -= 1 + waiter.others.count
            guard !question.isObserved else { continue }
            positions[Sameness(query: ObjectIdentifier(question.query), key: ExactKey(question.key))] = nil
        }
        return batch
    }

    /// Takes out those whose time is up.
    mutating func takeExpired(_ now: ContinuousClock.Instant) -> QuestionBatch {
        take(waiters.firstIndex { $0.deadline > now } ?? waiters.count)
    }
}

/// Questions that were taken out of the queue, and who waits for each.
struct QuestionBatch {
    var questions: [SQLQuestion] = []
    var waiters: [QuestionQueue.Waiter] = []

    /// Those at the positions that are wanted.
    func filtered(_ isWanted: (Int) -> Bool) -> QuestionBatch {
        let positions = questions.indices.filter(isWanted)
        return QuestionBatch(
            questions: positions.map { questions[$0] }, waiters: positions.map { waiters[$0] })
    }

    /// Takes down what each of the questions took that were answered together, once a map.
    func observe(_ each: Duration, _ isAnswered: (Int) -> Bool) {
        var last: SQLQuery?
        for position in questions.indices where questions[position].query !== last && isAnswered(position) {
            last = questions[position].query
            last?.pace.observe(each)
        }
    }
}
