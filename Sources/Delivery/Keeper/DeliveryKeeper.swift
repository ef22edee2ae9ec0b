import CFileIdentity
import Foundation
import Logging
import MailFormat
import MailQueue
import NIOCore
import NIOPosix
import Synchronization

/// The server's end of the connection to the keeper: the process that kept root's rights when the server gave them up.
///
/// Requests go out as they come; the answers find their requests by number. When the keeper is gone, whatever waits
/// and whatever comes later is deferred.
public final class DeliveryKeeper: Sendable {
    /// An answer, with the file that came with it.
    struct Answer: Sendable {
        var reply: KeeperReply
        var file: ListFile?
    }

    private struct State {
        var last: UInt32 = 0
        var waiting: [UInt32: CheckedContinuation<Answer?, Never>] = [:]
        var hasEnded = false
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let socket: KeeperSocket
    private let state = Mutex(State())
    /// Where packets are sent: that may have to wait for the keeper.
    private let threads = NIOThreadPool(numberOfThreads: 2)

    /// - Parameter descriptor: of the connection; closed at the end.
    init(_ descriptor: CInt) {
        socket = KeeperSocket(descriptor)
        threads.start()
        // Lets the connection go while the thread still waits.
        Thread.detachNewThread { [weak self, socket] in
            while let packet = try? socket.receive() { self?.take(packet) }
            self?.end()
        }
    }

    deinit {
        socket.hangUp()
        threads.shutdownGracefully { _ in }
    }

    // MARK: Asking

    /// - Returns: nil where the keeper is gone.
    private func ask(_ request: KeeperRequest, _ content: MessageContent? = nil) async -> Answer? {
        let number: UInt32 = state.withLock {
            $0.last &+= 1
            return $0.last
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayAsk = state.withLock { state in
                    if !state.hasEnded { state.waiting[number] = continuation }
                    return !state.hasEnded
                }
                guard mayAsk else { return continuation.resume(returning: nil) }
                threads.submit { _ in self.send(number, request, content) }
            }
        } onCancel: {
            // The keeper's answer is waited for all the same: it says what has become of the mail.
            threads.submit { _ in
                let cancellation = KeeperRequest(service: request.service, task: .cancel(number))
                _ = self.socket.send(number, cancellation)
            }
        }
    }

    private func send(_ number: UInt32, _ request: KeeperRequest, _ content: MessageContent?) {
        let file: ContentFile?
        do throws(MailboxFailure) {
            file = try content.map { content throws(MailboxFailure) in try ContentFile(content) }
        } catch {
            return answer(number, Answer(reply: .refused(error.reason)))
        }
        let code = socket.send(number, request, attached: file?.descriptor)
        switch code {
        case 0: break
        case EMSGSIZE:
            answer(
                number,
                Answer(reply: .refused("the request is longer than \(KeeperSocket.packetLimit) bytes")))
        default: end()
        }
    }

    private func take(_ packet: KeeperSocket.Packet) {
        let file = packet.descriptor.map(ListFile.init)
        var reader = packet.reader
        do throws(FrameError) {
            let reply: KeeperReply = try reader.value()
            try reader.end()
            answer(packet.number, Answer(reply: reply, file: file))
        } catch {
            answer(packet.number, Answer(reply: .refused("its answer makes no sense: \(error)")))
        }
    }

    private func answer(_ number: UInt32, _ answer: Answer) {
        state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: answer)
    }

    private func end() {
        let (waiting, watchers) = state.withLock { state in
            state.hasEnded = true
            defer { (state.waiting, state.watchers) = ([:], []) }
            return (state.waiting, state.watchers)
        }
        for continuation in waiting.values { continuation.resume(returning: nil) }
        for watcher in watchers { watcher.resume() }
    }

    // MARK: What is asked

    /// Has a message delivered.
    func deliver(
        _ task: KeeperRequest.Task, _ message: QueuedMessage, _ content: MessageContent, service: String,
        relay: String, logger: Logger
    ) async -> RecipientOutcome {
        let kept = KeptMessage(
            id: "\(message.id)", size: message.size, sender: message.sender, origin: message.origin)
        let request = KeeperRequest(service: service, task: task, message: kept)
        switch await ask(request, content)?.reply {
        case .outcome(let outcome, let warnings):
            for warning in warnings { logger.warning("\(message.id): \(warning)") }
            return outcome
        case .refused(let reason):
            logger.warning("\(message.id): the delivery keeper refuses: \(reason)")
            return .deferred(
                EnhancedStatusCode(.persistentTransientFailure, 3, 5),
                "not done with root's rights: \(reason)",
                relay: relay)
        case nil:
            return .deferred(
                EnhancedStatusCode(.persistentTransientFailure, 3, 0),
                "the process that delivers with the rights of others has ended", relay: relay)
        case .file, .missing, .unsafe, .unreadable, .done:
            return .deferred(
                EnhancedStatusCode(.persistentTransientFailure, 3, 0),
                "the delivery keeper gave no answer that makes sense", relay: relay)
        }
    }

    /// Has a file opened.
    func open(_ task: KeeperRequest.Task, service: String) async -> OpenedFile {
        guard let answer = await ask(KeeperRequest(service: service, task: task)) else {
            return .not(.unreadable("the process that reads with the rights of others has ended"))
        }
        switch answer.reply {
        case .file:
            return answer.file.map { .file($0) } ?? .not(.unreadable("the delivery keeper sent no file"))
        case .missing: return .not(.missing)
        case .unsafe(let reason): return .not(.unsafe(reason))
        case .unreadable(let reason): return .not(.unreadable(reason))
        case .refused(let reason): return .not(.unreadable("not read with root's rights: \(reason)"))
        case .outcome, .done: return .not(.unreadable("the delivery keeper gave no answer that makes sense"))
        }
    }

    /// Has main.cf and master.cf read, at the start and when they have changed.
    ///
    /// - Returns: why they cannot be used; nil where they can.
    public func reload() async -> String? {
        switch await ask(KeeperRequest(service: "", task: .reload))?.reply {
        case .done: nil
        case .refused(let reason): reason
        default: "it has ended"
        }
    }

    /// Waits until the keeper is gone, or the task is cancelled.
    public func waitForEnd() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if !state.hasEnded, !Task.isCancelled { state.watchers.append(continuation) }
                    return state.hasEnded || Task.isCancelled
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let watchers = state.withLock { state in
                defer { state.watchers = [] }
                return state.watchers
            }
            for watcher in watchers { watcher.resume() }
        }
    }

    public var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Lets the keeper end: it stops its commands first.
    public func close() { socket.hangUp() }
}

/// Content as a file that can be handed on.
private final class ContentFile {
    let descriptor: CInt

    init(_ content: MessageContent) throws(MailboxFailure) {
        switch content {
        case .file(let path, _):
            descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { throw .system("queue file read error: open", path) }
        case .memory(let buffer):
            descriptor = martlet_memory_file()
            guard descriptor >= 0 else { throw .system("memfd_create") }
            let count = buffer.readableBytes
            let written = buffer.withUnsafeReadableBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written == count else { throw .system("write to memory") }
        }
    }

    deinit { close(descriptor) }
}
