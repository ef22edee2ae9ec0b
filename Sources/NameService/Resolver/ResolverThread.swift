import CUnbound
import Glibc

/// Asks, waits and ends questions, all on one thread, so that nothing races with a callback.
final class ResolverThread {
    private let context: UnboundContext
    private let mailbox: ResolverMailbox
    private var asked: [UnboundContext.Ticket] = []

    private init(_ context: UnboundContext, _ mailbox: ResolverMailbox) {
        self.context = context
        self.mailbox = mailbox
    }

    /// What goes over to the new thread.
    private final class Start {
        let context: UnboundContext
        let mailbox: ResolverMailbox
        init(_ context: UnboundContext, _ mailbox: ResolverMailbox) {
            self.context = context
            self.mailbox = mailbox
        }
    }

    /// - Returns: whether the system had a thread to give.
    static func start(_ context: UnboundContext, _ mailbox: ResolverMailbox) -> Bool {
        var attributes = pthread_attr_t()
        guard pthread_attr_init(&attributes) == 0 else { return false }
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let start = Unmanaged.passRetained(Start(context, mailbox))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { pointer in
                guard let pointer else { return nil }
                let start = Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue()
                ResolverThread(start.context, start.mailbox).work()
                return nil
            }, start.toOpaque())
        if result != 0 { start.release() }
        return result == 0
    }

    private func work() {
        while true {
            let (questions, isClosed) = mailbox.take()
            if isClosed {
                for question in questions { question.end(.failure(Self.stopping)) }
                break
            }
            for question in questions {
                if let ticket = context.ask(question) { asked.append(ticket) } else { mailbox.finished(1) }
            }
            context.process()
            tidy()
            sleep()
        }
        for ticket in asked {
            context.cancel(ticket)
            ticket.question.end(.failure(Self.stopping))
        }
    }

    private static let stopping = NameQuestionFailure(reason: "the program is stopping")

    /// Gives up what took too long, and drops what has ended.
    private func tidy() {
        let now = ContinuousClock.now
        let before = asked.count
        asked.removeAll { ticket in
            if ticket.isAnswered { return true }
            if !ticket.question.hasEnded {
                guard ticket.question.deadline <= now else { return false }
                ticket.question.end(.failure(NameQuestionFailure(reason: "no answer in time")))
            }
            context.cancel(ticket)
            return true
        }
        mailbox.finished(before - asked.count)
    }

    private func sleep() {
        var sockets = [
            pollfd(fd: mailbox.alarm, events: Int16(POLLIN), revents: 0),
            pollfd(fd: context.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let next = asked.lazy.map(\.question.deadline).min()
        let wait = next.map { ($0 - .now) / Duration.milliseconds(1) }.map {
            Int32(max(0, min($0, 60_000))) + 1
        }
        _ = poll(&sockets, 2, wait ?? -1)
    }
}
