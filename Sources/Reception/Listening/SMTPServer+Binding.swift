import Logging
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension SMTPServer {
    typealias ListeningChannel = NIOAsyncChannel<Accepted, Never>

    /// Opens the socket of a listener. Every address of the machine is IPv6 with IPv4 mapped into it, or IPv4 where
    /// the machine has no IPv6; `::` is IPv6 alone.
    static func open(
        _ listener: Listener, on group: any EventLoopGroup, logger: Logger
    ) async throws -> ListeningChannel {
        let port = listener.port
        guard listener.host.isEmpty else {
            guard let address = try? SocketAddress(ipAddress: listener.host, port: port) else {
                return try await bootstrap(group).bind(
                    host: listener.host, port: port, childChannelInitializer: acceptor(listener))
            }
            return try await open(address, isIPv6Only: true, listener, on: group)
        }
        do {
            let address = try SocketAddress(ipAddress: "::", port: port)
            return try await open(address, isIPv6Only: false, listener, on: group)
        } catch  where isIPv6Missing(error) {
            logger.warning("this machine has no IPv6: listening on the IPv4 addresses alone, port \(port)")
            let address = try SocketAddress(ipAddress: "0.0.0.0", port: port)
            return try await open(address, isIPv6Only: false, listener, on: group)
        }
    }

    /// Whether a listener is there for the sake of IPv6 alone, on a machine that lacks it: `::1` beside `127.0.0.1`,
    /// which `inet_interfaces = loopback-only` means.
    static func isDispensable(_ listener: Listener, among listeners: [Listener], _ error: any Error) -> Bool {
        listener.host == "::1" && isIPv6Missing(error)
            && listeners.contains { $0.port == listener.port && $0.host == "127.0.0.1" }
    }

    static func isIPv6Missing(_ error: any Error) -> Bool {
        guard let code = (error as? IOError)?.errnoCode else { return false }
        return code == EAFNOSUPPORT || code == EADDRNOTAVAIL
    }

    private static func open(
        _ address: SocketAddress, isIPv6Only: Bool, _ listener: Listener, on group: any EventLoopGroup
    ) async throws -> ListeningChannel {
        var bootstrap = bootstrap(group)
        if case .v6 = address {
            let option = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
            bootstrap = bootstrap.serverChannelOption(option, value: isIPv6Only ? 1 : 0)
        }
        return try await bootstrap.bind(to: address, childChannelInitializer: acceptor(listener))
    }

    private static func bootstrap(_ group: any EventLoopGroup) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
    }

    private static func acceptor(
        _ listener: Listener
    ) -> @Sendable (any Channel) -> EventLoopFuture<Accepted> {
        { channel in
            let service = listener.service()
            let input = InputWait()
            return channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    ConnectionHandler(timeout: service.settings.timeout, input: input))
                let connection = try Connection(
                    wrappingChannelSynchronously: channel,
                    configuration: .init(
                        backPressureStrategy: .init(lowWatermark: 1, highWatermark: 2),
                        isOutboundHalfClosureEnabled: true))
                return Accepted(connection: connection, service: service, input: input)
            }
        }
    }
}
