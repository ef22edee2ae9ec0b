import Collections
import MailQueue

/// How much a destination may be asked to do at once, as a value.
///
/// It begins with a few deliveries side by side. Each success widens the window a little, up to the limit; each
/// failure to reach the destination narrows it; and after as many failures in a row as the window is wide, the
/// destination rests: what waits for it is deferred with the same reason, and nothing is tried until the rest is over.
struct DestinationWindow<Waiter> {
    enum Admission: Equatable {
        case go
        case wait
        case resting(Deferral)
    }

    private let limit: Int
    private let rest: Duration
    private(set) var window: Double
    private(set) var active = 0
    private var waiting: Deque<Waiter> = []
    private var failures = 0.0
    private var restingUntil: ContinuousClock.Instant?
    private var trouble: Deferral?

    init(limit: Int, initial: Int, rest: Duration) {
        self.limit = limit > 0 ? limit : Int.max
        self.rest = rest
        window = Double(max(1, min(initial, self.limit)))
    }

    /// Nothing is going on and nothing has to be remembered.
    func isForgettable(now: ContinuousClock.Instant) -> Bool {
        active == 0 && waiting.isEmpty && (restingUntil.map { $0 <= now } ?? true)
    }

    mutating func enter(now: ContinuousClock.Instant) -> Admission {
        if let until = restingUntil, let trouble {
            if now < until { return .resting(trouble) }
            restingUntil = nil
            self.trouble = nil
            failures = 0
        }
        guard active < Int(window) else { return .wait }
        active += 1
        return .go
    }

    mutating func queue(_ waiter: Waiter) { waiting.append(waiter) }

    /// A delivery has ended. Returns who goes next.
    mutating func succeeded() -> [Waiter] {
        active -= 1
        failures = 0
        if window < Double(limit) { window = min(window + 1 / window, Double(limit)) }
        var next: [Waiter] = []
        while active < Int(window), let waiter = waiting.popFirst() {
            active += 1
            next.append(waiter)
        }
        return next
    }

    /// The destination could not be reached. Returns who is to be deferred, or may try next.
    mutating func failed(_ trouble: Deferral, now: ContinuousClock.Instant) -> (
        deferred: [Waiter], next: [Waiter]
    ) {
        active -= 1
        failures += 1 / window
        // Thirds do not add up to one exactly.
        if failures > 0.999 {
            restingUntil = now + rest
            self.trouble = trouble
            window = 1
            let deferred = Array(waiting)
            waiting = []
            return (deferred, [])
        }
        var next: [Waiter] = []
        while active < Int(window), let waiter = waiting.popFirst() {
            active += 1
            next.append(waiter)
        }
        return ([], next)
    }

    /// Somebody who does not want to wait any longer.
    mutating func withdraw(where isMeant: (Waiter) -> Bool) -> Waiter? {
        waiting.firstIndex(where: isMeant).map { waiting.remove(at: $0) }
    }

    /// Everybody who waits, to be sent away.
    mutating func dismissAll() -> [Waiter] {
        defer { waiting = [] }
        return Array(waiting)
    }
}
