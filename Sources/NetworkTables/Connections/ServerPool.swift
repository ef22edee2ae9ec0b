import NIOCore
import Synchronization

/// A few connections to one server, shared by all maps that name it and all sessions that ask it.
///
/// Requests are handed to one event loop, which writes what waits on whatever connection is free. Connections are
/// opened when there is work, and closed when there was none.
package final class ServerPool<W: Wire>: Sendable {
    package typealias Answer = Result<W.Reply, ServerTrouble>
    // Not the checked kind, which allocates for each lookup; every request is answered exactly once, the deadline
    // being the last occasion.
    typealias Continuation = UnsafeContinuation<Answer, Never>

    /// A request on its way to the event loop.
    struct Arrival: Sendable {
        let request: [UInt8]
        let isShareable: Bool
        let continuation: Continuation
        let deadline: NIODeadline
    }

    private struct Arrivals {
        var waiting: [Arrival] = []
        /// Requests without an answer, those with the event loop included.
        var unanswered = 0
        var isLoopSummoned = false
        var isClosed = false
    }

    private let limits: ServerLimits
    private let arrivals = Mutex(Arrivals())
    private let eventLoop: any EventLoop
    private let work: NIOLoopBoundBox<ServerWork<W>>

    package init(_ address: ServerAddress, wire: W, limits: ServerLimits, eventLoop: any EventLoop) {
        self.limits = limits
        self.eventLoop = eventLoop
        work = NIOLoopBoundBox.makeBoxSendingValue(
            ServerWork(address, wire: wire, limits: limits, eventLoop: eventLoop), eventLoop: eventLoop)
    }

    /// Sends a request and waits for its reply, at most for the limits' patience.
    ///
    /// - Parameter isShareable: equal requests that wait may share one reply.
    package func ask(_ request: [UInt8], isShareable: Bool = true) async -> Answer {
        let answer = await withUnsafeContinuation { (continuation: Continuation) in
            let (refusal, summons) = arrivals.withLock { arrivals -> (String?, Bool) in
                arrivals.unanswered += 1
                if arrivals.isClosed { return ("the program is stopping", false) }
                if arrivals.unanswered > limits.waiting {
                    return ("\(limits.waiting) lookups wait for this server already", false)
                }
                arrivals.waiting.append(
                    Arrival(
                        request: request, isShareable: isShareable, continuation: continuation,
                        deadline: .now() + TimeAmount(limits.patience)))
                defer { arrivals.isLoopSummoned = true }
                return (nil, !arrivals.isLoopSummoned)
            }
            if let refusal {
                continuation.resume(returning: .failure(ServerTrouble(.unreachable, refusal)))
            }
            if summons { eventLoop.execute { self.work.value.take(self.takeArrivals()) } }
        }
        arrivals.withLock { $0.unanswered -= 1 }
        return answer
    }

    /// Fails what waits and closes the connections.
    package func close() {
        let isFirst = arrivals.withLock { arrivals in
            defer { arrivals.isClosed = true }
            return !arrivals.isClosed
        }
        guard isFirst else { return }
        eventLoop.execute {
            self.work.value.take(self.takeArrivals())
            self.work.value.close()
        }
    }

    private func takeArrivals() -> [Arrival] {
        arrivals.withLock { arrivals in
            arrivals.isLoopSummoned = false
            defer { arrivals.waiting = [] }
            return arrivals.waiting
        }
    }
}
