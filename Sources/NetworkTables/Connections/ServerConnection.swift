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
    /// When the server last replied, or was asked after a pause: since when somebody waits, or nobody does.
    private(set) var waitingSince = NIODeadline.now()
    /// The server has been found silent once. It may be this program that was not there to hear it.
    private var isSuspected = false
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
        if unanswered.isEmpty { waitingSince = .now() }
        unanswered.append(contentsOf: exchanges)
        channel.writeAndFlush(output, promise: nil)
    }

    func close(_ trouble: ServerTrouble) {
        if self.trouble == nil { self.trouble = trouble }
        channel.close(promise: nil)
    }

    /// Whether the server is silent for too long, seen for the second time.
    func isSilent(_ now: NIODeadline, limit: TimeAmount) -> Bool {
        guard !unanswered.isEmpty, waitingSince + limit <= now else { return false }
        defer { isSuspected = true }
        return isSuspected
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard trouble == nil else { return }
        var buffer = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = buffer } else { input.writeBuffer(&buffer) }
        let count = unanswered.count
        do throws(WireViolation) {
            while !unanswered.isEmpty, let reply = try wire.nextReply(&input) {
                hasReplied = true
                unanswered.removeFirst().end(.success(reply))
            }
        } catch {
            return close(ServerTrouble(.violation, error.description))
        }
        if unanswered.count < count {
            waitingSince = .now()
            isSuspected = false
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
