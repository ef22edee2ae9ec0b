import Synchronization

/// Keeps the steps in their order.
public final class RoutingRecord: RoutingObserver {
    private let kept = Mutex<[RoutingStep]>([])

    public init() {}

    public var steps: [RoutingStep] { kept.withLock { $0 } }

    public func observed(_ step: RoutingStep) {
        kept.withLock { $0.append(step) }
    }

    /// Passes everything on, and forgets it. What runs at the same time is recorded apart and told in order.
    func drain(into observer: any RoutingObserver) {
        let steps = kept.withLock { kept in
            defer { kept = [] }
            return kept
        }
        for step in steps { observer.observed(step) }
    }
}
