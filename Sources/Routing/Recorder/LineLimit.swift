import Synchronization

/// Keeps one kind of line from filling the log: a hundred at once, ten a second in the long run.
final class LineLimit: Sendable {
    private static let burst = 100.0
    private static let rate = 10.0
    private let state = Mutex((left: LineLimit.burst, last: ContinuousClock.now))

    /// Whether one more may be written now.
    func allowsOne() -> Bool {
        state.withLock { state in
            let now = ContinuousClock.now
            state.left = min(Self.burst, state.left + (now - state.last) / .seconds(1) * Self.rate)
            state.last = now
            guard state.left >= 1 else { return false }
            state.left -= 1
            return true
        }
    }
}
