import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Martlet as a server of socketmap_table(5) and tcp_table(5): bound sockets, and a task for each connection.
///
///     let server = try await LookupServer.bind(listeners, connectionLimit: 1000, on: group) { service }
///     // privileges may be dropped now
///     try await server.run()
public struct LookupServer: Service {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private struct Bound: Sendable {
        let listener: LookupListener
        let channel: NIOAsyncChannel<AcceptedClient, Never>
    }

    private let bound: [Bound]
    private let connectionLimit: Int
    private let service: @Sendable () -> LookupService
    private let sessions = LookupSessions()

    /// The address and port of each listener, in their order.
    public var addresses: [SocketAddress] { bound.compactMap(\.channel.channel.localAddress) }

    /// Opens the sockets of all listeners, or of none. Connections wait until ``run()``.
    ///
    /// - Parameter service: asked for each batch of requests, so that a configuration that was read again is in force
    ///   from then on.
    public static func bind(
        _ listeners: [LookupListener], connectionLimit: Int, on group: any EventLoopGroup,
        service: @escaping @Sendable () -> LookupService
    ) async throws(LookupServiceMistake) -> LookupServer {
        var bound: [Bound] = []
        for listener in listeners {
            do {
                bound.append(Bound(listener: listener, channel: try await open(listener, on: group)))
            } catch {
                for bound in bound { await abandon(bound) }
                throw LookupServiceMistake(
                    "cannot listen on \(listener) for lookup_service: \(SystemWords.of(error))")
            }
        }
        return LookupServer(bound: bound, connectionLimit: connectionLimit, service: service)
    }

    private static func open(
        _ listener: LookupListener, on group: any EventLoopGroup
    ) async throws -> NIOAsyncChannel<AcceptedClient, Never> {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 1)
        let accept: @Sendable (any Channel) -> EventLoopFuture<AcceptedClient> = { channel in
            channel.eventLoop.makeCompletedFuture {
                AcceptedClient(
                    try Connection(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(backPressureStrategy: .init(lowWatermark: 1, highWatermark: 2))))
            }
        }
        switch listener.place {
        case .inet(let host, let port):
            let bootstrap = bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            return try await bootstrap.bind(
                host: host == "*" ? "0.0.0.0" : host, port: port, childChannelInitializer: accept)
        case .unix(let path):
            let channel = try await bootstrap.bind(
                unixDomainSocketPath: path, cleanupExistingSocketFile: true, childChannelInitializer: accept)
            // Who may connect, the directory decides, as with Postfix's own sockets.
            chmod(path, 0o666)
            return channel
        }
    }

    /// Closes a socket that is not to be served after all, and the connections that came meanwhile.
    private static func abandon(_ bound: Bound) async {
        bound.channel.channel.close(promise: nil)
        // What is not taken closes itself.
        try? await bound.channel.executeThenClose { inbound in for try await _ in inbound {} }
    }

    /// Serves until it is told to stop; answers what it has been asked, then.
    public func run() async throws {
        // A task of its own, which is never cancelled: connections that nobody has taken up yet would be dropped
        // unfinished, and NIO ends the program for that.
        let serving = Task {
            try await withThrowingDiscardingTaskGroup { group in
                for bound in bound { group.addTask { try await accept(bound) } }
            }
        }
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await serving.value
            } onGracefulShutdown: {
                stop()
            }
        } onCancel: {
            stop()
        }
    }

    private func stop() {
        for bound in bound { bound.channel.channel.close(promise: nil) }
        sessions.stop()
    }

    private func accept(_ bound: Bound) async throws {
        try await bound.channel.executeThenClose { inbound in
            try await withThrowingDiscardingTaskGroup { group in
                for try await client in inbound {
                    group.addTask { await serve(client, of: bound.listener) }
                }
            }
        }
    }

    private func serve(_ client: AcceptedClient, of listener: LookupListener) async {
        let connection = client.take()
        let channel = connection.channel
        let watch = SessionWatch(channel)
        let limits = service().limits
        let isAdmitted = sessions.enter(watch, limit: connectionLimit, logger: service().logger)
        defer { sessions.leave(watch) }
        // Now and then is enough: a limit is never missed by more than a quarter.
        let pause = TimeAmount(min(limits.idle, limits.exchange) / 4)
        let timer = channel.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { _ in
            watch.closeIfOverdue(limits)
        }
        defer { timer.cancel() }
        do {
            try await connection.executeThenClose { inbound, outbound in
                guard isAdmitted, await mayAsk(channel, listener) else { return }
                var session = LookupSession(listener, watch: watch, service: service)
                try await session.run(inbound, outbound)
            }
        } catch {
            // The client has gone; nothing of it was left to do.
        }
    }

    /// Whoever reaches a UNIX socket may; others where `mynetworks` has them.
    private func mayAsk(_ channel: any Channel, _ listener: LookupListener) async -> Bool {
        guard case .inet = listener.place else { return true }
        guard let address = channel.remoteAddress else { return false }
        let service = service()
        guard await !service.admits(address) else { return true }
        service.logger.warning(
            "connection from \(address.ipAddress ?? "unknown") to lookup_service refused: not in mynetworks")
        return false
    }
}
