import DequeModule

/// The lookups that wait for a connection, oldest first. Equal ones wait as one and share the answer.
struct QuestionQueue {
    /// Everybody who waits for one answer.
    struct Waiter {
        let first: Asker
        var others: [Asker] = []
        let deadline: ContinuousClock.Instant

        func resume(_ reply: SQLReply) {
            first.resume(reply)
            for other in others { other.resume(reply) }
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
        _ question: SQLQuestion, _ asker: Asker, deadline: ContinuousClock.Instant
    ) {
        waiting += 1
        if !question.isObserved {
            let sameness = Sameness(query: ObjectIdentifier(question.query), key: ExactKey(question.key))
            let position = taken + questions.count
            if let earlier = positions.updateValue(position, forKey: sameness) {
                positions[sameness] = earlier
                waiters[earlier - taken].others.append(asker)
                return
            }
        }
        questions.append(question)
        waiters.append(Waiter(first: asker, deadline: deadline))
    }

    /// Takes the oldest out: at most so many, and no more behind one with which the time is used up.
    mutating func take(_ limit: Int, stretch: Duration) -> QuestionBatch {
        var time = Pace.nanoseconds(stretch)
        var count = 0
        var seen: Set<ObjectIdentifier> = []
        while count < min(limit, questions.count), time > 0 {
            let query = questions[count].query
            time -= query.pace.nanoseconds(isFirst: seen.insert(ObjectIdentifier(query)).inserted)
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

    /// Takes down how long it took to answer questions together, as if each map had an equal part in it.
    func observe(_ duration: Duration, _ isAnswered: (Int) -> Bool) {
        var queries: [ObjectIdentifier: SQLQuery] = [:]
        for position in questions.indices where isAnswered(position) {
            queries[ObjectIdentifier(questions[position].query)] = questions[position].query
        }
        for query in queries.values { query.pace.observe(duration / queries.count, isShared: true) }
    }
}
