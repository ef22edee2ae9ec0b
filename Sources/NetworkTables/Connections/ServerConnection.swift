import DequeModule
import NIOCore

/// A connection to a server: what was sent and has no reply yet, in its order.
final class ServerConnection<W: Wire>: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var wire: W
    private let work: ServerWork<W>
    private let channel: any Channel
    private var input = ByteBuffer()
    private var unanswered: Deque<Exchange<W>> = []
    private(set) var idleSince = NIODeadline.now()
    /// Whether the server has ever replied here.
    private(set) var hasReplied = false
    /// Why the connection is given up.
    private var trouble: ServerTrouble?

    init(wire: W, work: ServerWork<W>, channel: any Channel) {
        self.wire = wire
        self.work = work
        self.channel = channel
    }

    var isOpen: Bool { channel.isActive && trouble == nil }
    var isIdle: Bool { unanswered.isEmpty }
    var room: Int { isOpen ? wire.window - unanswered.count : 0 }
    var nextDeadline: NIODeadline? { unanswered.first?.deadline }

    /// Writes requests, with one system call.
    func send(_ exchanges: [Exchange<W>]) {
        var output = channel.allocator.buffer(capacity: exchanges.reduce(0) { $0 + $1.request.count })
        for exchange in exchanges { output.writeBytes(exchange.request) }
        unanswered.append(contentsOf: exchanges)
        channel.writeAndFlush(output, promise: nil)
    }

    func close(_ trouble: ServerTrouble) {
        if self.trouble == nil { self.trouble = trouble }
        channel.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard trouble == nil else { return }
        var buffer = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = buffer } else { input.writeBuffer(&buffer) }
        do throws(WireViolation) {
            while !unanswered.isEmpty, let reply = try wire.nextReply(&input) {
                hasReplied = true
                unanswered.removeFirst().end(.success(reply))
            }
        } catch {
            return close(ServerTrouble(.violation, error.description))
        }
        guard unanswered.isEmpty else {
            input.discardReadBytes()
            return
        }
        // What nobody asked for would be taken for the reply to the next request.
        guard input.readableBytes == 0 else {
            return close(ServerTrouble(.violation, "the server said something that nobody had asked for"))
        }
        input.clear()
        idleSince = .now()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        work.dispatch()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(ServerTrouble(.lost, SystemWords.of(error)))
    }

    func channelInactive(context: ChannelHandlerContext) {
        let lost = unanswered
        unanswered = []
        work.ended(self, lost, trouble ?? ServerTrouble(.lost, "unexpected disconnect"))
    }
}
