import Synchronization

/// Who waits for a reply: a lookup, or one that gathers the replies of many.
///
/// The continuations are not the checked kind, which allocates for each lookup; the pool resumes everybody whom it
/// takes out of the queue exactly once, and what is left in the queue is expired.
enum Asker {
    case one(UnsafeContinuation<SQLReply, Never>)
    case many(Gathering, position: Int)

    func resume(_ reply: SQLReply) {
        switch self {
        case .one(let continuation): continuation.resume(returning: reply)
        case .many(let gathering, let position): gathering.take(reply, position)
        }
    }
}

/// The replies to many questions, for somebody who needs all of them.
final class Gathering: Sendable {
    private let state: Mutex<State>

    private struct State {
        var replies: [SQLReply?]
        var missing: Int
        var continuation: UnsafeContinuation<[SQLReply?], Never>?
    }

    /// - Parameter continuation: given a reply for each question, in their order.
    init(_ count: Int, _ continuation: UnsafeContinuation<[SQLReply?], Never>) {
        state = Mutex(
            State(replies: Array(repeating: nil, count: count), missing: count, continuation: continuation))
    }

    fileprivate func take(_ reply: SQLReply, _ position: Int) {
        let complete: (UnsafeContinuation<[SQLReply?], Never>, [SQLReply?])? = state.withLock { state in
            state.replies[position] = reply
            state.missing -= 1
            guard state.missing == 0, let continuation = state.continuation.take() else { return nil }
            defer { state.replies = [] }
            return (continuation, state.replies)
        }
        complete?.0.resume(returning: complete?.1 ?? [])
    }
}
