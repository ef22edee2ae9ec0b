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
        /// Side by side with the keys.
        var answers: [StoredAnswer] = []
        var keys: [String] = []
        var substitution: Substitution?
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
        state.withLock {
            $0.answers.reserveCapacity(8)
            $0.keys.reserveCapacity(8)
        }
    }

    /// Nil where every answer is a map's own.
    public var substitution: Substitution? { state.withLock(\.substitution) }

    /// The address is good: remembers the answers.
    public func keep() { settle(onlyKnown: false) }

    /// The address is refused, or nobody could tell: only puts right what is remembered, such as an alias that was removed.
    public func correct() { settle(onlyKnown: true) }

    private func settle(onlyKnown: Bool) {
        let (keys, answers) = state.withLock { state in
            defer { (state.keys, state.answers) = ([], []) }
            return (state.keys, state.answers)
        }
        guard !answers.isEmpty else { return }
        let oldest = CoarseTime.oldest(CoarseTime.now, lifetime)
        // Most often one key was put to several maps in turn: they go in together.
        var start = 0
        while start < keys.count {
            var end = start + 1
            while end < keys.count, keys[end].utf8.elementsEqual(keys[start].utf8) { end += 1 }
            memory.stale.put(keys[start], answers[start..<end], oldest: oldest, onlyKnown: onlyKnown)
            start = end
        }
    }

    func note(_ value: String?, of map: RememberedMap, for key: String, at time: UInt32) {
        state.withLock { state in
            state.keys.append(key)
            state.answers.append(StoredAnswer(map: map.number, value: value, time: time))
        }
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
