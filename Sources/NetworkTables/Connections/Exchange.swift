import NIOCore

/// A request that has no reply yet, and everybody who waits for it. Lives on the server's event loop.
final class Exchange<W: Wire> {
    let request: [UInt8]
    let isShareable: Bool
    let deadline: NIODeadline
    /// How many connections broke with this request as the first that was unanswered.
    var losses = 0
    private let first: ServerPool<W>.Continuation
    private var others: [ServerPool<W>.Continuation] = []

    init(_ arrival: ServerPool<W>.Arrival) {
        request = arrival.request
        isShareable = arrival.isShareable
        deadline = arrival.deadline
        first = arrival.continuation
    }

    func share(with arrival: ServerPool<W>.Arrival) { others.append(arrival.continuation) }

    func end(_ answer: ServerPool<W>.Answer) {
        first.resume(returning: answer)
        for other in others { other.resume(returning: answer) }
    }
}
