import Synchronization

/// The answers on the way of one address, so that they can be remembered together, and used together in an outage.
///
/// A lookup is answered from memory only where it is part of a trail, and is remembered only when whoever laid the trail
/// found the address good. So unknown addresses, however many are tried, never fill the memory; and what a good
/// address needs is whole, the maps that do *not* have it included.
///
/// Whoever makes a trail ends it with ``keep()`` or ``correct()``. Lookups that decide who may send have none.
public final class LookupTrail: Sendable {
    private let memory: AnswerMemory
    private let lifetime: Duration
    private let state = Mutex(State())

    private struct State {
        var answers: [Answer] = []
        var substitution: Substitution?
    }

    private struct Answer {
        let map: RememberedMap
        let key: String
        let value: String?
        let time: UInt32
    }

    /// That memory stood in for a map.
    public struct Substitution: Sendable {
        /// Why the map could not be asked; of the first one.
        public let failure: LookupFailure
        /// How old the oldest answer was.
        public internal(set) var age: Duration
    }

    init(memory: AnswerMemory, lifetime: Duration) {
        self.memory = memory
        self.lifetime = lifetime
        state.withLock { $0.answers.reserveCapacity(8) }
    }

    /// Nil where every answer is a map's own.
    public var substitution: Substitution? { state.withLock(\.substitution) }

    /// The address is good: remembers the answers.
    public func keep() { settle(onlyKnown: false) }

    /// The address is refused, or nobody could tell: only puts right what is remembered, such as an alias that was removed.
    public func correct() { settle(onlyKnown: true) }

    private func settle(onlyKnown: Bool) {
        let answers = state.withLock { state in
            let answers = state.answers
            state.answers.removeAll(keepingCapacity: true)
            return answers
        }
        guard !answers.isEmpty else { return }
        let oldest = CoarseTime.oldest(CoarseTime.now, lifetime)
        for answer in answers {
            memory.stale.put(
                answer.map.number, answer.key, answer.value, at: answer.time, oldest: oldest,
                onlyKnown: onlyKnown)
        }
    }

    func note(_ value: String?, of map: RememberedMap, for key: String, at time: UInt32) {
        state.withLock { $0.answers.append(Answer(map: map, key: key, value: value, time: time)) }
    }

    /// What the map answered lately, now that it cannot be asked.
    func recall(_ map: RememberedMap, _ key: String, _ failure: LookupFailure) -> (
        value: String?, age: Duration
    )? {
        let now = CoarseTime.now
        guard
            let (value, time) = memory.stale.get(
                map.number, key, since: CoarseTime.oldest(now, lifetime))
        else { return nil }
        let age = CoarseTime.age(time, now)
        state.withLock { state in
            let before = state.substitution
            state.substitution = Substitution(
                failure: before?.failure ?? failure, age: max(before?.age ?? .zero, age))
        }
        return (value, age)
    }
}
