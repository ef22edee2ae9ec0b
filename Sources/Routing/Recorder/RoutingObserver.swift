/// Told of each step on an address's way, in order: the recorder behind `explain`.
///
/// In ordinary work there is none, and nothing is put together for it.
public protocol RoutingObserver: Sendable {
    func observed(_ step: RoutingStep)
}
