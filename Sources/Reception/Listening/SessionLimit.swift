import Synchronization

/// How many sessions there may be at once. A connection beyond them is greeted when another session has ended;
/// further ones wait in the kernel's queue of the socket, as they do for Postfix.
public final class SessionLimit: Sendable {
    private struct State {
        var count = 0
        /// One for each socket that shares the limit, at most.
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let most: Int
    private let state = Mutex(State())

    public init(_ most: Int) {
        self.most = max(1, most)
    }

    /// Waits until there is room for one more session, which then counts until ``leave()``.
    func enter() async {
        await withCheckedContinuation { continuation in
            let hasRoom = state.withLock { state in
                guard state.count < most else {
                    state.waiting.append(continuation)
                    return false
                }
                state.count += 1
                return true
            }
            if hasRoom { continuation.resume() }
        }
    }

    func leave() {
        // Whoever waits takes the place of the session that ends.
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.count -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
