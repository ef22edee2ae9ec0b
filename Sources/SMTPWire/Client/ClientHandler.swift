import MailFormat
import NIOCore

/// Carries out what ``ClientStateMachine`` says, on a channel.
public final class ClientHandler: ChannelInboundHandler {
    public typealias InboundIn = ByteBuffer
    public typealias OutboundOut = ByteBuffer

    private var machine: ClientStateMachine
    private var parser = ReplyParser()
    private var input = ByteBuffer()
    private let limits: ClientTimeLimits
    private var context: ChannelHandlerContext?

    private var opened: EventLoopPromise<ClientOutcome>?
    private var transaction: EventLoopPromise<ClientOutcome>?
    private var content: ClientContent?
    private var hasHeard = false
    /// From the start of the content until its dot has left for the wire.
    private var isSendingContent = false

    private var deadline: NIODeadline?
    private var timer: (scheduled: Scheduled<Void>, fires: NIODeadline)?
    private var failure: ClientFailure?
    /// The first refusal that came before the content's end, and the results where it decides for everybody.
    private var early: (reply: SMTPReply, results: [ClientResult?]?)?

    /// - Parameter opened: told once the dialogue is open, or why it is not.
    public init(
        _ wire: ClientProtocol, heloName: String, limits: ClientTimeLimits,
        opened: EventLoopPromise<ClientOutcome>
    ) {
        machine = ClientStateMachine(wire, heloName: heloName)
        self.limits = limits
        self.opened = opened
    }

    /// Whether a transaction may begin.
    public var isUsable: Bool { failure == nil && machine.isIdle && context?.channel.isActive == true }

    public var extensions: ServerExtensions { machine.extensions }

    /// Begins a transaction; on the channel's event loop.
    public func begin(
        _ message: ClientTransaction, content: ClientContent, promise: EventLoopPromise<ClientOutcome>
    ) {
        guard isUsable, transaction == nil, let context else {
            let failure = failure ?? .lost(.mail)
            promise.succeed(
                ClientOutcome(results: message.recipients.map { _ in nil }, failure: failure, wasStale: true))
            return
        }
        transaction = promise
        self.content = content
        hasHeard = false
        perform(machine.begin(message), context)
    }

    /// Says QUIT and closes, without waiting for the answer: nothing depends on it.
    public func quit() {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(capacity: 6)
        buffer.writeString("QUIT\r\n")
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        fail(.lost(.quit), context)
    }

    // MARK: The channel

    public func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    public func channelActive(context: ChannelHandlerContext) {
        expectAnswer(context)
        context.fireChannelActive()
    }

    public func channelInactive(context: ChannelHandlerContext) {
        fail(.lost(stage), context)
        self.context = nil
        context.fireChannelInactive()
    }

    public func handlerRemoved(context: ChannelHandlerContext) {
        // Also where the channel never became active.
        fail(.lost(stage), context)
        self.context = nil
    }

    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(.lost(stage), context)
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var piece = unwrapInboundIn(data)
        hasHeard = true
        if input.readableBytes == 0 { input = piece } else { input.writeBuffer(&piece) }
        do throws(ReplyParser.Failure) {
            var isEarly = isSendingContent
            while failure == nil, let reply = try parser.next(&input) {
                if isEarly {
                    receiveEarly(reply, context)
                    continue
                }
                let action = machine.receive(reply)
                // What came together with the 354 was said before any content was sent.
                isEarly = action == .sendContent || action == .sendEmptyContent
                perform(action, context)
            }
            if let early { fail(.refused(early.reply, .content), context) }
        } catch {
            let words =
                switch error {
                case .lineTooLong: "a line of more than \(ReplyParser.longestLine) bytes"
                case .tooManyLines: "a reply of more than \(ReplyParser.mostLines) lines"
                case .malformed(let line): line
                }
            fail(.garbage(words, stage), context)
        }
    }

    /// A server that answers before it has read the content's end refuses it, or does not know what it says. A
    /// refusal counts; an acceptance does not. Either way the dialogue is over: the rest of the content must not
    /// meet a server that expects commands, nor the next message's commands one that still reads content.
    private func receiveEarly(_ reply: SMTPReply, _ context: ChannelHandlerContext) {
        guard !reply.isPositive else {
            fail(.garbage(reply.text, .content), context)
            return
        }
        if early == nil { early = (reply, nil) }
        if case .finished(let results) = machine.receive(reply) { early?.results = results }
    }

    // MARK: Actions

    private func perform(_ action: ClientStateMachine.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .wait:
            expectAnswer(context)
        case .send(let lines):
            var buffer = context.channel.allocator.buffer(
                capacity: lines.reduce(0) { $0 + $1.utf8.count + 2 })
            for line in lines {
                buffer.writeString(line)
                buffer.writeStaticString("\r\n")
            }
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
            expectAnswer(context)
        case .ready:
            deadline = nil
            opened?.succeed(ClientOutcome(results: [], failure: nil, wasStale: false))
            opened = nil
        case .sendContent:
            sendContent(context)
        case .sendEmptyContent:
            var buffer = context.channel.allocator.buffer(capacity: 3)
            buffer.writeString(".\r\n")
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
            expectAnswer(context)
        case .finished(let results):
            deadline = nil
            content = nil
            let promise = transaction
            transaction = nil
            promise?.succeed(ClientOutcome(results: results, failure: nil, wasStale: false))
        case .finishedMidway(let results):
            let promise = transaction
            transaction = nil
            promise?.succeed(ClientOutcome(results: results, failure: nil, wasStale: false))
            fail(.lost(.dataStart), context)
        case .refused(let reply, let stage):
            fail(.refused(reply, stage), context)
        case .outOfStep(let reply):
            fail(.garbage(reply.text, stage), context)
        }
    }

    private func sendContent(_ context: ChannelHandlerContext) {
        switch content {
        case .memory(let bytes):
            var stuffing = DotStuffing()
            var buffer = context.channel.allocator.buffer(capacity: bytes.readableBytes + 64)
            stuffing.write(bytes, to: &buffer)
            stuffing.finish(to: &buffer)
            isSendingContent = true
            writeEnd(buffer, context)
        case .pieces(let next):
            isSendingContent = true
            sendPiece(next, DotStuffing(), context)
        case nil:
            fail(.content("no content"), context)
        }
    }

    private func sendPiece(
        _ next: @escaping @Sendable (any EventLoop) -> EventLoopFuture<ByteBuffer?>, _ stuffing: DotStuffing,
        _ context: ChannelHandlerContext
    ) {
        guard failure == nil else { return }
        expectAnswer(context)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        next(context.eventLoop).hop(to: context.eventLoop).whenComplete { result in
            let (handler, context) = bound.value
            guard handler.failure == nil else { return }
            var stuffing = stuffing
            switch result {
            case .failure(let error):
                handler.fail(.content("\(error)"), context)
            case .success(let piece?):
                var buffer = context.channel.allocator.buffer(capacity: piece.readableBytes + 64)
                stuffing.write(piece, to: &buffer)
                handler.expectAnswer(context)
                context.writeAndFlush(handler.wrapOutboundOut(buffer)).whenSuccess { [stuffing] in
                    let (handler, context) = bound.value
                    handler.sendPiece(next, stuffing, context)
                }
            case .success(nil):
                var buffer = context.channel.allocator.buffer(capacity: 5)
                stuffing.finish(to: &buffer)
                handler.writeEnd(buffer, context)
            }
        }
    }

    /// Writes what ends with the dot. Only once it is on the wire may the server answer.
    private func writeEnd(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        expectAnswer(context)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(buffer)).whenSuccess {
            let (handler, context) = bound.value
            handler.isSendingContent = false
            if handler.failure == nil { handler.expectAnswer(context) }
        }
    }

    private var stage: ClientStage { isSendingContent ? .content : machine.stage }

    private func fail(_ failure: ClientFailure, _ context: ChannelHandlerContext) {
        guard self.failure == nil else { return }
        self.failure = failure
        deadline = nil
        timer?.scheduled.cancel()
        timer = nil
        content = nil
        opened?.succeed(ClientOutcome(results: [], failure: failure, wasStale: false))
        opened = nil
        let promise = transaction
        transaction = nil
        promise?.succeed(
            ClientOutcome(
                results: early?.results ?? machine.partialResults, failure: failure, wasStale: !hasHeard))
        context.close(promise: nil)
    }

    // MARK: Time limits

    /// One timer a connection, put forward when it fires: replies move only a number, unless the new stage's limit
    /// ends before the old timer fires.
    private func expectAnswer(_ context: ChannelHandlerContext) {
        guard let limit = limits[stage] else {
            deadline = nil
            return
        }
        let end = NIODeadline.now() + TimeAmount(limit)
        deadline = end
        if let timer, timer.fires <= end { return }
        timer?.scheduled.cancel()
        schedule(end, context)
    }

    private func schedule(_ end: NIODeadline, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let scheduled = context.eventLoop.scheduleTask(deadline: end) {
            let (handler, context) = bound.value
            handler.timer = nil
            guard let deadline = handler.deadline else { return }
            if deadline <= .now() {
                handler.fail(.timedOut(handler.stage), context)
            } else {
                handler.schedule(deadline, context)
            }
        }
        timer = (scheduled, end)
    }
}
