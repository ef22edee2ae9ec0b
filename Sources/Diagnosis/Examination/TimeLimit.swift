import Synchronization

/// Gives up on work that takes too long, even where that does not listen to being cancelled.
public struct TimeLimit: Sendable {
    private let duration: Duration

    public init(_ duration: Duration) { self.duration = duration }

    /// - Returns: nil where the time was up first; the work is cancelled then, and its result dropped.
    public func run<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) async -> Result? {
        // Tasks of their own: a task group would wait for work that does not listen.
        let once = Once<Result>()
        let worker = Task { once.resume(await work()) }
        let clock = Task { [duration] in
            try? await Task.sleep(for: duration)
            once.resume(nil)
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { once.wait($0) }
        } onCancel: {
            once.resume(nil)
        }
        worker.cancel()
        clock.cancel()
        return result
    }

    /// The first answer wakes whoever waits; later ones are dropped.
    private final class Once<Result: Sendable>: Sendable {
        private enum State {
            case open
            case waiting(CheckedContinuation<Result?, Never>)
            case answered(Result?)
        }

        private let state = Mutex(State.open)

        func wait(_ continuation: CheckedContinuation<Result?, Never>) {
            let answer: Result?? = state.withLock { state in
                if case .answered(let result) = state { return .some(result) }
                state = .waiting(continuation)
                return .none
            }
            if let answer { continuation.resume(returning: answer) }
        }

        func resume(_ result: Result?) {
            let waiting: CheckedContinuation<Result?, Never>? = state.withLock { state in
                switch state {
                case .open:
                    state = .answered(result)
                    return nil
                case .waiting(let continuation):
                    state = .answered(result)
                    return continuation
                case .answered:
                    return nil
                }
            }
            waiting?.resume(returning: result)
        }
    }
}
