import MailQueue
import Routing
import Synchronization

/// Lets deliveries to each destination through, as many at once as ``DestinationWindow`` allows.
final class DestinationGates: Sendable {
    enum Pass: Sendable {
        case go
        case resting(Deferral)
        /// The server stops, or the task was cancelled: nothing new begins.
        case closed
    }

    private struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Pass, Never>

        func resume(returning pass: Pass) { continuation.resume(returning: pass) }
    }

    private struct State {
        var destinations: [Route: DestinationWindow<Waiter>] = [:]
        var isClosed = false
        var lastWaiter: UInt64 = 0
    }

    private let settings: DeliverySettings
    private let state = Mutex(State())

    init(_ settings: DeliverySettings) {
        self.settings = settings
    }

    /// Waits for a turn. Whoever reads ``Pass/go`` calls ``leave(_:trouble:)`` afterwards.
    func enter(_ route: Route) async -> Pass {
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return await withTaskCancellationHandler {
            await enter(route, as: number)
        } onCancel: {
            state.withLock { $0.destinations[route]?.withdraw { $0.number == number } }?
                .resume(returning: .closed)
        }
    }

    private func enter(_ route: Route, as number: UInt64) async -> Pass {
        await withCheckedContinuation { continuation in
            let pass: Pass? = state.withLock { state in
                if state.isClosed || Task.isCancelled { return .closed }
                var destination =
                    state.destinations[route]
                    ?? DestinationWindow(
                        limit: settings.concurrencyLimit(route.transport),
                        initial: settings.initialConcurrency(route.transport), rest: settings.rest)
                // The dictionary gives its copy up, so that the value is changed in place.
                state.destinations[route] = nil
                defer { state.destinations[route] = destination }
                switch destination.enter(now: .now) {
                case .go: return .go
                case .resting(let trouble): return .resting(trouble)
                case .wait:
                    destination.queue(Waiter(number: number, continuation: continuation))
                    return nil
                }
            }
            if let pass { continuation.resume(returning: pass) }
        }
    }

    /// Ends a turn.
    func leave(_ route: Route, trouble: Deferral?) {
        let (deferred, next): ([Waiter], [Waiter]) = state.withLock { state in
            guard var destination = state.destinations.removeValue(forKey: route) else { return ([], []) }
            let now = ContinuousClock.now
            let result: ([Waiter], [Waiter])
            if let trouble {
                result = destination.failed(trouble, now: now)
            } else {
                result = ([], destination.succeeded())
            }
            if !destination.isForgettable(now: now) { state.destinations[route] = destination }
            return result
        }
        for waiter in next { waiter.resume(returning: .go) }
        if let trouble { for waiter in deferred { waiter.resume(returning: .resting(trouble)) } }
    }

    /// Sends away whoever waits, and whoever comes.
    func close() {
        let waiting: [Waiter] = state.withLock { state in
            state.isClosed = true
            return state.destinations.keys.flatMap { state.destinations[$0]?.dismissAll() ?? [] }
        }
        for waiter in waiting { waiter.resume(returning: .closed) }
    }
}
