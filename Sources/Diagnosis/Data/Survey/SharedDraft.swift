import Synchronization

/// Something that is put together on other threads than those that wait for it.
final class SharedDraft<Draft: Sendable>: Sendable {
    private let draft: Mutex<Draft>

    init(_ draft: Draft) { self.draft = Mutex(draft) }

    func change<Result: Sendable, Failure: Error>(
        _ body: (inout Draft) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try draft.withLock { draft throws(Failure) in try body(&draft) }
    }

    /// What has been put together; what is left behind is the empty draft given in its place.
    func take(leaving empty: Draft) -> Draft {
        draft.withLock { draft in
            defer { draft = empty }
            return draft
        }
    }
}
