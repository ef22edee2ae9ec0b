import MailFormat
import MailQueue
import NIOCore
import Synchronization

/// A queue that keeps what it is given in memory, and can be told to fail.
final class MemoryIntake: MessageIntake {
    struct Message: Sendable {
        var id: QueueID
        var content: String
        var envelope: Envelope
    }

    private struct State {
        var nextID = 0
        var messages: [Message] = []
        var discarded = 0
        var appendSizes: [Int] = []
        var failure: QueueFailure?
    }

    private let state = Mutex(State())

    var messages: [Message] { state.withLock { $0.messages } }
    var discarded: Int { state.withLock { $0.discarded } }
    var largestAppend: Int { state.withLock { $0.appendSizes.max() ?? 0 } }

    func fail(with failure: QueueFailure?) { state.withLock { $0.failure = failure } }

    func begin() -> any MessageDraft {
        let number = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let digits = String(number)
        let id = QueueID("TEST" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits)
        return Draft(intake: self, id: id ?? QueueID("TEST00000X").unsafelyUnwrapped)
    }

    fileprivate func append(_ size: Int) throws(QueueFailure) {
        let failure = state.withLock { state in
            state.appendSizes.append(size)
            return state.failure
        }
        if let failure { throw failure }
    }

    fileprivate func commit(_ message: Message) { state.withLock { $0.messages.append(message) } }
    fileprivate func discard() { state.withLock { $0.discarded += 1 } }
}

private actor Draft: MessageDraft {
    nonisolated let id: QueueID
    private let intake: MemoryIntake
    private var content = ByteBuffer()

    init(intake: MemoryIntake, id: QueueID) {
        self.intake = intake
        self.id = id
    }

    func append(_ bytes: ByteBuffer) async throws(QueueFailure) {
        try intake.append(bytes.readableBytes)
        content.writeImmutableBuffer(bytes)
    }

    func commit(_ envelope: Envelope) async throws(QueueFailure) {
        try intake.append(0)
        intake.commit(.init(id: id, content: String(buffer: content), envelope: envelope))
    }

    func discard() async { intake.discard() }
}
