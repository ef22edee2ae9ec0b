import NIOCore
import NIOPosix
import Synchronization

/// An LMTP server on a UNIX socket that takes every message and only counts.
final class CountingSink: Sendable {
    private let messages = Atomic<Int>(0)
    private let channel: any Channel

    var count: Int { messages.load(ordering: .relaxed) }

    init(path: String) throws {
        let relay = Counter()
        channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(SinkHandler { relay.add() })
                }
            }
            .bind(unixDomainSocketPath: path).wait()
        relay.sink.withLock { $0 = self }
    }

    private final class Counter: Sendable {
        let sink = Mutex<CountingSink?>(nil)
        func add() { sink.withLock { _ = $0?.messages.wrappingAdd(1, ordering: .relaxed) } }
    }
}

/// One recipient a message; commands are told apart by their first letter.
private final class SinkHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let counted: () -> Void
    private var input = ByteBuffer()
    private var isContent = false

    init(counted: @escaping () -> Void) { self.counted = counted }

    func channelActive(context: ChannelHandlerContext) { say("220 sink\r\n", context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var piece = unwrapInboundIn(data)
        input.writeBuffer(&piece)
        var replies = ""
        while let line = line() {
            if isContent {
                guard line == "." else { continue }
                isContent = false
                counted()
                replies += "250 2.0.0 Ok\r\n"
            } else {
                switch line.first {
                case "L": replies += "250-sink\r\n250 PIPELINING\r\n"
                case "D":
                    isContent = true
                    replies += "354 go\r\n"
                case "Q": replies += "221 2.0.0 Bye\r\n"
                default: replies += "250 2.0.0 Ok\r\n"
                }
            }
        }
        input.discardReadBytes()
        if !replies.isEmpty { say(replies, context) }
    }

    /// A line's first bytes: enough to know it.
    private func line() -> Substring? {
        guard let end = input.readableBytesView.firstIndex(of: 10) else { return nil }
        let length = end - input.readerIndex
        let start = input.getString(at: input.readerIndex, length: min(length, 4)) ?? ""
        input.moveReaderIndex(forwardBy: length + 1)
        return start.hasSuffix("\r") ? start.dropLast() : start[...]
    }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
