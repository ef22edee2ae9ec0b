import MailFormat
import NIOCore
import NIOPosix
import Synchronization

/// A message on its way in: in memory while it is small, in a file of its own from then on.
final class QueueDraft: MessageDraft {
    let id: QueueID
    private let arrived: Timestamp
    private let queue: MailQueue
    private let state = Mutex(State())

    private struct State {
        var memory = ByteBuffer()
        var file: ContentFile?
        var size = 0
    }

    init(id: QueueID, arrived: Timestamp, queue: MailQueue) {
        self.id = id
        self.arrived = arrived
        self.queue = queue
    }

    func append(_ bytes: ByteBuffer) async throws(QueueFailure) {
        // One session appends, piece after piece: between the lock's two turns nobody else changes the state.
        let spill: (file: ContentFile?, bytes: ByteBuffer)? = state.withLock { state in
            state.size += bytes.readableBytes
            if let file = state.file { return (file, bytes) }
            if state.memory.readableBytes == 0, bytes.readableBytes <= queue.settings.largestInline {
                // The first piece is usually the whole message: no copy.
                state.memory = bytes
                return nil
            }
            state.memory.writeImmutableBuffer(bytes)
            if state.memory.readableBytes <= queue.settings.largestInline { return nil }
            let memory = state.memory
            state.memory = ByteBuffer()
            return (nil, memory)
        }
        guard let spill else { return }
        try queue.checkFreeSpace()
        let files = queue.files
        let id = id
        let file = try await queue.blocking { () throws(QueueFailure) in
            let file = if let file = spill.file { file } else { try files.create(id) }
            do throws(QueueFailure) {
                try file.write(spill.bytes)
            } catch {
                if spill.file == nil {
                    file.close()
                    files.remove(id)
                }
                throw error
            }
            return file
        }
        state.withLock { $0.file = file }
    }

    func commit(_ envelope: Envelope) async throws(QueueFailure) {
        let content = try await complete()
        let files = queue.files
        do throws(QueueFailure) {
            try await queue.insert(
                NewMessage(id: id, arrived: arrived, envelope: envelope, content: content))
        } catch {
            if case .file = content {
                try await queue.blocking { () throws(QueueFailure) in files.remove(self.id) }
            }
            throw error
        }
    }

    /// Ends the content. A file is on stable storage then, and whoever has asked removes it where it is not used.
    func complete() async throws(QueueFailure) -> MessageContent {
        let (memory, file, size) = state.withLock { ($0.memory, $0.file, $0.size) }
        try queue.checkFreeSpace()
        let files = queue.files
        guard let file else { return .memory(memory) }
        try await queue.blocking { () throws(QueueFailure) in
            try file.sync()
            try files.syncDirectory()
            file.close()
        }
        state.withLock { $0.file = nil }
        return .file(path: file.path, size: size)
    }

    func discard() async {
        let file = state.withLock { state in
            let file = state.file
            state = State()
            return file
        }
        guard let file else { return }
        let files = queue.files
        _ = try? await queue.blocking { () throws(QueueFailure) in
            file.close()
            files.remove(self.id)
        }
    }

    deinit {
        // A session that ended without a word: the next start would find the file, but why wait.
        if let file = state.withLock({ $0.file }) {
            file.close()
            queue.files.remove(id)
        }
    }
}
