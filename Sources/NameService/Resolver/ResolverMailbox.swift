import CUnbound
import Glibc
import Synchronization

/// Questions that wait for the resolver's thread, and the descriptor that wakes it.
final class ResolverMailbox: Sendable {
    /// Readable when there is something to do: eventfd(2).
    let alarm: Int32
    private let limit: Int
    private let state = Mutex(State())

    private struct State {
        var questions: [NameQuestion] = []
        /// Waiting here or being asked.
        var open = 0
        var isClosed = false
    }

    init(limit: Int) throws(NameServiceFailure) {
        self.limit = limit
        alarm = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard alarm >= 0 else {
            throw NameServiceFailure("name lookups: \(String(cString: strerror(errno)))")
        }
    }

    deinit { Glibc.close(alarm) }

    func put(_ question: NameQuestion) {
        let refusal: String? = state.withLock { state in
            if state.isClosed { return "the program is stopping" }
            if state.open >= limit { return "\(state.open) name lookups wait already" }
            state.open += 1
            state.questions.append(question)
            return nil
        }
        guard let refusal else { return wake() }
        question.end(.failure(NameQuestionFailure(reason: refusal)))
    }

    func wake() {
        var one: UInt64 = 1
        _ = write(alarm, &one, 8)
    }

    func close() {
        state.withLock { $0.isClosed = true }
        wake()
    }

    /// For the thread: what is new, and whether to end.
    func take() -> (questions: [NameQuestion], isClosed: Bool) {
        var count: UInt64 = 0
        _ = read(alarm, &count, 8)
        return state.withLock { state in
            defer { state.questions = [] }
            return (state.questions, state.isClosed)
        }
    }

    /// So many questions are done.
    func finished(_ count: Int) { state.withLock { $0.open -= count } }
}
