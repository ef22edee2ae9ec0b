import Reception
import Routing
import Synchronization

/// A step of an explanation: a client's way through the restriction lists, or an address's through the tables.
enum ExplainedStep: Sendable {
    case access(AccessStep)
    case routing(RoutingStep)
}

/// Keeps the steps of both kinds in their order.
final class ExplanationRecord: AccessObserver {
    private let kept = Mutex<[ExplainedStep]>([])

    var steps: [ExplainedStep] { kept.withLock { $0 } }

    func observed(_ step: AccessStep) {
        kept.withLock { $0.append(.access(step)) }
    }

    func observed(_ step: RoutingStep) {
        kept.withLock { $0.append(.routing(step)) }
    }
}

extension [ExplainedStep] {
    /// Those about addresses alone.
    var routing: [RoutingStep] {
        compactMap { if case .routing(let step) = $0 { step } else { nil } }
    }
}
