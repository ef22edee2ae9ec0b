import NIOCore
import NIOPosix
import Peers
import Synchronization
import Testing

@testable import Reception

/// Which sockets are opened for the addresses that inet_interfaces and inet_protocols name.
@Suite struct BindingTests {
    private static let hasIPv6 =
        (try? SocketAddress(ipAddress: "::1", port: 0)).map { address in
            let server = try? ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .bind(to: address).wait()
            try? server?.close().wait()
            return server != nil
        } == true

    private let log = LogRecorder()

    private func listener(_ host: String, _ port: Int) throws -> Listener {
        let service = try TestServer.service([:], MemoryIntake(), log)
        return Listener(host: host, port: port) { service }
    }

    /// Binds all, lets the body work, and closes them.
    private func serving(
        _ listeners: [Listener], _ body: (SMTPServer) async throws -> Void
    ) async throws {
        let server = try await SMTPServer.bind(
            listeners, on: .singletonMultiThreadedEventLoopGroup, names: ClientNames(),
            logger: log.logger("smtpd"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await body(server)
            for channel in server.channels { try await channel.close() }
            try await group.waitForAll()
        }
    }

    @Test func everyAddressTakesIPv4() async throws {
        try await serving([try listener("", 0)]) { server in
            let port = try #require(server.addresses.first?.port)
            let client = try await SMTPClient.connect(port: port)
            #expect(client.greeting.hasPrefix("220"))
            #expect(try await client.command("QUIT") == "221 2.0.0 Bye")
        }
    }

    /// NIO ends the program where a connection is dropped that nobody has served.
    @Test func connectionsMayComeWhileItStops() async throws {
        for _ in 0..<20 {
            try await TestServer.run { server in
                let isReady = Mutex(false)
                // Goes on until the server is gone.
                Task {
                    try await Blocking.run {
                        while let stream = try? SocketStream(port: server.port, seconds: 60) {
                            isReady.withLock { $0 = true }
                            try? stream.write("NOOP\r\n")
                        }
                    }
                }
                #expect(await Eventually.holds { isReady.withLock { $0 } })
            }
        }
    }

    @Test func onlyIPv6LeavesIPv4Free() async throws {
        guard Self.hasIPv6 else {
            // Where the machine has none, that is said, and IPv4 is not taken in its place.
            let listener = try listener("::", 0)
            await #expect(throws: ListenFailure.self) { try await serving([listener]) { _ in } }
            return
        }
        try await serving([try listener("::", 0)]) { server in
            let port = try #require(server.addresses.first?.port)
            await #expect(throws: (any Error).self) { try await SMTPClient.connect(port: port) }
            try await serving([try listener("127.0.0.1", port)]) { _ in
                let client = try await SMTPClient.connect(port: port)
                #expect(try await client.command("QUIT") == "221 2.0.0 Bye")
            }
        }
    }

    @Test(arguments: [
        (EAFNOSUPPORT, ["127.0.0.1", "::1"], true), (EADDRNOTAVAIL, ["::1", "127.0.0.1"], true),
        (EADDRINUSE, ["127.0.0.1", "::1"], false), (EAFNOSUPPORT, ["::1"], false),
    ])
    func theLoopbackOfIPv6IsDispensable(_ code: CInt, _ hosts: [String], _ isDispensable: Bool) throws {
        let listeners = try hosts.map { try listener($0, 25) }
        let loopback = try #require(listeners.first { $0.host == "::1" })
        let error = IOError(errnoCode: code, reason: "bind")
        #expect(SMTPServer.isDispensable(loopback, among: listeners, error) == isDispensable)
    }
}
