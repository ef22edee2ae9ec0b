import CUnbound
import Glibc
import Synchronization

/// A context of libunbound and the one thread that uses it.
///
/// libunbound resolves in the background and tells by a descriptor that answers are there; the thread waits for that,
/// for new questions, and for the next deadline.
final class ResolverThread: Sendable {
    struct Question: Sendable {
        let name: String
        let type: RecordType
        let deadline: ContinuousClock.Instant
    }

    typealias Continuation = CheckedContinuation<Result<NameAnswer<[UInt8]>, NameFailure>, Never>

    private struct Inbox {
        var questions: [(Question, Continuation)] = []
        var isClosed = false
    }

    private let inbox = Mutex(Inbox())
    /// Written to where something is in the inbox: eventfd(2).
    private let bell: Int32

    init(_ settings: ResolverSettings) throws(NameFailure) {
        bell = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard bell >= 0 else { throw .library(String(cString: strerror(errno))) }
        let context: UnboundContext
        do throws(NameFailure) {
            context = try UnboundContext(settings)
        } catch {
            Glibc.close(bell)
            throw error
        }
        // The thread keeps this object for as long as it runs: until it is closed.
        guard context.start({ self.run($0) }) else {
            Glibc.close(bell)
            throw .library("the system has no thread for the resolver")
        }
    }

    deinit { Glibc.close(bell) }

    func ask(_ question: Question, _ continuation: Continuation) {
        let isOpen = inbox.withLock { inbox in
            if !inbox.isClosed { inbox.questions.append((question, continuation)) }
            return !inbox.isClosed
        }
        guard isOpen else {
            continuation.resume(returning: .failure(.library("the resolver is closed")))
            return
        }
        ring()
    }

    /// Ends the thread; what still waits fails.
    func close() {
        inbox.withLock { $0.isClosed = true }
        ring()
    }

    private func ring() { eventfd_write(bell, 1) }

    private func run(_ context: UnboundContext) {
        var waiting: [PendingLookup] = []
        var isClosed = false
        while !isClosed {
            var counted: eventfd_t = 0
            eventfd_read(bell, &counted)
            let (new, closed) = inbox.withLock { inbox in
                defer { inbox.questions = [] }
                return (inbox.questions, inbox.isClosed)
            }
            isClosed = closed
            for (question, continuation) in new {
                if let lookup = context.begin(question, continuation) { waiting.append(lookup) }
            }
            let now = ContinuousClock.now
            for lookup in waiting where !lookup.isDone && (closed || lookup.deadline <= now) {
                context.cancel(lookup)
                lookup.finish(.failure(.timedOut))
            }
            waiting.removeAll(where: \.isDone)
            guard !isClosed else { break }
            let patience = waiting.map { $0.deadline - now }.min()
            context.wait(bell: bell, atMost: patience)
            context.process()
            waiting.removeAll(where: \.isDone)
        }
        context.end()
    }
}

/// A lookup that libunbound works on; used by the resolver's thread alone.
final class PendingLookup {
    let deadline: ContinuousClock.Instant
    /// libunbound's number for it.
    var number: Int32 = 0
    private var continuation: ResolverThread.Continuation?

    init(deadline: ContinuousClock.Instant, _ continuation: ResolverThread.Continuation) {
        self.deadline = deadline
        self.continuation = continuation
    }

    var isDone: Bool { continuation == nil }

    func finish(_ result: Result<NameAnswer<[UInt8]>, NameFailure>) {
        continuation?.resume(returning: result)
        continuation = nil
    }
}
