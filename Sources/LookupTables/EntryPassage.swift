import Dispatch
import Synchronization

/// Entries on their way from a thread that blocks to somebody who does not: a few batches at a time, so that
/// neither can fill the memory.
package enum EntryPassage {
    /// Entries in a batch.
    package static let batchSize = 1000
    /// Batches that wait for the reader.
    private static let ahead = 4

    /// Whoever reads has had enough.
    struct Stop: Error {}

    private enum Piece: Sendable {
        case batch([TableEntry])
        case end(LookupFailure?)
    }

    /// - Parameters:
    ///   - table: named in the failure where there is no thread to read with.
    ///   - body: takes a batch; returns whether to go on.
    ///   - read: runs on a thread of its own; `put` hands a batch over, waits where the reader is slow, and returns
    ///     whether to go on.
    package static func run(
        table: String, _ body: ([TableEntry]) async -> Bool,
        read: @escaping @Sendable (_ put: ([TableEntry]) -> Bool) throws(LookupFailure) -> Void
    ) async throws(LookupFailure) {
        let (pieces, continuation) = AsyncStream.makeStream(of: Piece.self)
        // Made with none: the system ends a program that lets go of a semaphore with fewer than it was made with.
        let slots = DispatchSemaphore(value: 0)
        for _ in 0..<ahead { slots.signal() }
        let flag = Flag()
        let hasThread = OwnThread.start {
            do throws(LookupFailure) {
                try read { batch in
                    if batch.isEmpty { return !flag.isSet }
                    slots.wait()
                    guard !flag.isSet else { return false }
                    continuation.yield(.batch(batch))
                    return true
                }
                continuation.yield(.end(nil))
            } catch {
                continuation.yield(.end(error))
            }
            continuation.finish()
        }
        guard hasThread else {
            throw LookupFailure(
                table: table, cause: .unavailable, reason: "the system gave no thread to read with")
        }
        // Also where the task was cancelled: the thread must not wait for ever.
        defer {
            flag.set()
            slots.signal()
        }
        for await piece in pieces {
            switch piece {
            case .batch(let batch):
                guard await body(batch) else { return }
                slots.signal()
            case .end(let failure):
                if let failure { throw failure }
                return
            }
        }
    }

    private final class Flag: Sendable {
        private let value = Atomic(false)
        var isSet: Bool { value.load(ordering: .acquiring) }
        func set() { value.store(true, ordering: .releasing) }
    }
}
