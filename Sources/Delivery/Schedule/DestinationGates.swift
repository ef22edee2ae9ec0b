import MailQueue
import Routing
import Synchronization

/// Lets deliveries to each destination through, as many at once as ``DestinationWindow`` allows.
final class DestinationGates: Sendable {
    enum Pass: Sendable {
        case go
        case resting(Deferral)
        /// The server stops: nothing new begins.
        case closed
    }

    private typealias Waiter = CheckedContinuation<Pass, Never>

    private struct State {
        var destinations: [Route: DestinationWindow<Waiter>] = [:]
        var isClosed = false
    }

    private let settings: DeliverySettings
    private let state = Mutex(State())

    init(_ settings: DeliverySettings) {
        self.settings = settings
    }

    /// Waits for a turn. Whoever reads ``Pass/go`` calls ``leave(_:trouble:)`` afterwards.
    func enter(_ route: Route) async -> Pass {
        await withCheckedContinuation { continuation in
            let pass: Pass? = state.withLock { state in
                if state.isClosed { return .closed }
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
                    destination.queue(continuation)
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
