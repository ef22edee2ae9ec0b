import MailFormat
import NIOCore

/// A connection to a server, for one transaction after the other.
public struct ClientConnection: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<ClientHandler>

    /// Puts the dialogue onto a new channel, before it becomes active; on its event loop.
    public static func install(
        on channel: any Channel, _ wire: ClientProtocol, heloName: String, limits: ClientTimeLimits
    ) throws -> (connection: ClientConnection, opened: EventLoopFuture<ClientOutcome>) {
        let opened = channel.eventLoop.makePromise(of: ClientOutcome.self)
        let handler = ClientHandler(wire, heloName: heloName, limits: limits, opened: opened)
        do {
            try channel.pipeline.syncOperations.addHandler(handler)
        } catch {
            opened.fail(error)
            throw error
        }
        let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        return (ClientConnection(channel: channel, handler: bound), opened.futureResult)
    }

    private init(channel: any Channel, handler: NIOLoopBound<ClientHandler>) {
        self.channel = channel
        self.handler = handler
    }

    public var isActive: Bool { channel.isActive }

    public var eventLoop: any EventLoop { channel.eventLoop }

    public var remoteAddress: SocketAddress? { channel.remoteAddress }

    /// Sends one message and waits for what the server says about each recipient.
    public func send(_ message: ClientTransaction, content: ClientContent) async -> ClientOutcome {
        let promise = channel.eventLoop.makePromise(of: ClientOutcome.self)
        channel.eventLoop.execute {
            handler.value.begin(message, content: content, promise: promise)
        }
        do {
            return try await promise.futureResult.get()
        } catch {
            return ClientOutcome(
                results: message.recipients.map { _ in nil }, failure: .lost(.mail), wasStale: false)
        }
    }

    /// Whether another transaction may follow.
    public func isUsable() async -> Bool {
        (try? await channel.eventLoop.submit { handler.value.isUsable }.get()) ?? false
    }

    /// Breaks the connection off; what is under way fails as lost.
    public func abort() {
        channel.close(promise: nil)
    }

    /// Takes leave. Returns at once.
    public func quit() {
        channel.eventLoop.execute { handler.value.quit() }
    }
}
