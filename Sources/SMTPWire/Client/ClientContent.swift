import NIOCore

/// A message's content for the wire, whole or in pieces.
public enum ClientContent: Sendable {
    case memory(ByteBuffer)
    /// Asked for piece after piece, on the connection's event loop; nil is the end. One piece is in memory at a time.
    case pieces(@Sendable (any EventLoop) -> EventLoopFuture<ByteBuffer?>)
}

/// How long each stage may take (`lmtp_lhlo_timeout` and its kind).
public struct ClientTimeLimits: Hashable, Sendable {
    public var greeting: Duration
    public var hello: Duration
    public var mail: Duration
    public var recipient: Duration
    public var dataStart: Duration
    /// For each write of content.
    public var content: Duration
    public var dataEnd: Duration

    public init(
        greeting: Duration = .seconds(300), hello: Duration = .seconds(300), mail: Duration = .seconds(300),
        recipient: Duration = .seconds(300), dataStart: Duration = .seconds(120),
        content: Duration = .seconds(180), dataEnd: Duration = .seconds(600)
    ) {
        self.greeting = greeting
        self.hello = hello
        self.mail = mail
        self.recipient = recipient
        self.dataStart = dataStart
        self.content = content
        self.dataEnd = dataEnd
    }

    subscript(stage: ClientStage) -> Duration? {
        switch stage {
        case .greeting: greeting
        case .hello: hello
        case .mail: mail
        case .recipient: recipient
        case .dataStart: dataStart
        case .content: content
        case .dataEnd: dataEnd
        case .idle, .quit: nil
        }
    }
}
