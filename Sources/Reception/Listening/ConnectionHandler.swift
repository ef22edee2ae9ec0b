import NIOCore

/// Turns what happens on a connection into ``ConnectionEvent``s, and watches the time.
///
/// A client that is silent too long while its session waits for it is reported to the session, which says
/// goodbye; one that does not read what was sent to it for as long is cut off.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ConnectionEvent
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let timeout: TimeAmount
    private let input: InputWait
    private var lastActivity = NIODeadline.now()
    private var unwritten = 0
    private var timer: Scheduled<Void>?
    private var hasTimedOut = false

    init(timeout: Duration, input: InputWait) {
        self.timeout = TimeAmount(timeout)
        self.input = input
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { schedule(context, at: .now() + timeout) }
    }

    func channelActive(context: ChannelHandlerContext) {
        if timer == nil { schedule(context, at: .now() + timeout) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastActivity = .now()
        context.fireChannelRead(wrapInboundOut(.bytes(unwrapInboundIn(data))))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
        if unwritten == 0 { lastActivity = .now() }
        unwritten += 1
        promise.futureResult.assumeIsolated().whenComplete { _ in
            self.unwritten -= 1
            self.lastActivity = .now()
        }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            context.fireChannelRead(wrapInboundOut(.shutdown))
            context.fireChannelReadComplete()
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func schedule(_ context: ChannelHandlerContext, at deadline: NIODeadline) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.timeIsUp(context)
        }
    }

    private func timeIsUp(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        guard unwritten == 0 else {
            let deadline = lastActivity + timeout
            return deadline <= now ? context.close(promise: nil) : schedule(context, at: deadline)
        }
        // A session that works now begins to wait at some later time.
        guard let beginning = input.since else {
            return schedule(context, at: now + min(timeout, .seconds(1)))
        }
        let deadline = max(lastActivity, beginning) + timeout
        guard deadline <= now else { return schedule(context, at: deadline) }
        if !hasTimedOut {
            hasTimedOut = true
            context.fireChannelRead(wrapInboundOut(.timeout))
            context.fireChannelReadComplete()
        }
        // From here on the session writes and ends, and its write is watched in turn.
        schedule(context, at: now + timeout)
    }
}
