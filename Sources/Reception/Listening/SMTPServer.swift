import Logging
import NIOCore
import SMTPWire
import ServiceLifecycle

/// The SMTP server: bound sockets, and a task for each connection.
///
///     let server = try await SMTPServer.bind(listeners, on: group, names: names, logger: logger)
///     // privileges may be dropped now
///     try await server.run()
///
/// On graceful shutdown it accepts no more, says `421 4.3.2` to idle clients, lets messages that have begun be
/// finished, and ends what is left after ``shutdownLimit``.
public struct SMTPServer: Service {
    typealias Connection = NIOAsyncChannel<ConnectionEvent, ByteBuffer>

    /// How long sessions have to finish their message when the server stops.
    public static let shutdownLimit = Duration.seconds(30)

    private let bound: [BoundListener]
    let names: ClientNames
    private let logger: Logger
    let counts = ClientCounts()

    struct BoundListener: Sendable {
        let listener: Listener
        let channel: NIOAsyncChannel<Accepted, Never>
    }

    var channels: [any Channel] { bound.map(\.channel.channel) }

    /// The address and port of each listener, in their order.
    public var addresses: [SocketAddress] { channels.compactMap(\.localAddress) }

    /// Opens the sockets of all listeners, or of none. Connections wait until ``run()``.
    public static func bind(
        _ listeners: [Listener], on group: any EventLoopGroup, names: ClientNames, logger: Logger
    ) async throws(ListenFailure) -> SMTPServer {
        var bound: [BoundListener] = []
        for listener in listeners {
            do {
                let channel = try await open(listener, on: group, logger: logger)
                bound.append(BoundListener(listener: listener, channel: channel))
            } catch  where isDispensable(listener, among: listeners, error) {
                logger.warning("this machine has no IPv6: not listening on [::1]:\(listener.port)")
            } catch {
                for listener in bound { await abandon(listener) }
                throw ListenFailure(host: listener.host, port: listener.port, reason: "\(error)")
            }
        }
        return SMTPServer(bound: bound, names: names, logger: logger)
    }

    public func run() async throws {
        let sessions = SessionRegistry()
        // A task of its own, which is never cancelled, so that connections that came are served to their end.
        let serving = Task {
            try await withThrowingDiscardingTaskGroup { group in
                for listener in bound {
                    group.addTask { try await accept(listener, sessions) }
                }
            }
        }
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await serving.value
            } onGracefulShutdown: {
                stopListening()
                sessions.stop()
            }
        } onCancel: {
            stopListening()
            sessions.stop(after: .zero)
        }
    }

    private func stopListening() {
        for listener in bound { listener.channel.channel.close(promise: nil) }
    }

    private func accept(_ listener: BoundListener, _ sessions: SessionRegistry) async throws {
        let limits = listener.listener.limits
        try await listener.channel.executeThenClose { inbound in
            try await withThrowingDiscardingTaskGroup { group in
                for try await accepted in inbound {
                    for limit in limits { await limit.enter() }
                    let executor = EventLoopExecutor(accepted.channel.eventLoop)
                    group.addTask(executorPreference: executor) {
                        await serve(accepted, sessions)
                        for limit in limits { limit.leave() }
                    }
                }
            }
        }
    }

    /// Closes a socket that is not to be served after all, and the connections that came meanwhile.
    private static func abandon(_ listener: BoundListener) async {
        listener.channel.channel.close(promise: nil)
        try? await listener.channel.executeThenClose { inbound in
            for try await accepted in inbound {
                try? await accepted.take().executeThenClose { _, _ in }
            }
        }
    }
}
