import Synchronization

/// One question on its way: asked by a task, carried by the resolver's thread.
final class NameQuestion: Sendable {
    let name: String
    let type: Int32
    let deadline: ContinuousClock.Instant
    private let continuation: Mutex<CheckedContinuation<Reply, Never>?>

    typealias Reply = Result<ResolvedData, NameQuestionFailure>

    init(
        name: String, type: Int32, deadline: ContinuousClock.Instant,
        continuation: CheckedContinuation<Reply, Never>
    ) {
        self.name = name
        self.type = type
        self.deadline = deadline
        self.continuation = Mutex(continuation)
    }

    /// The first reply counts.
    func end(_ reply: Reply) {
        let waiting = continuation.withLock { $0.take() }
        waiting?.resume(returning: reply)
    }

    var hasEnded: Bool { continuation.withLock { $0 == nil } }
}

/// Why there is no answer.
struct NameQuestionFailure: Error {
    let reason: String
}

/// An answer as libunbound has it.
struct ResolvedData: Sendable {
    var records: [[UInt8]]
    var hasName: Bool
    var isSecure: Bool
}
