import LookupTables
import Peers
import Testing

@testable import NetworkTables

/// A few connections for any number of lookups, and none of them fails because a server tidied up.
@Suite struct ConnectionTests {
    private func echo() throws -> TCPTablePeer {
        try TCPTablePeer { key in Array("200 ".utf8) + TCPTablePeer.encoded(key) + [10] }
    }

    @Test func manyLookupsShareFourConnections() async throws {
        let opening = try Opening()
        let peer = try echo()
        let table = try opening.table("tcp:127.0.0.1:\(peer.port)")
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<5000 {
                group.addTask { #expect(await Outcome.of("k\(number)", in: table) == .found("k\(number)")) }
            }
        }
        #expect((1...4).contains(peer.connectionsEver))
    }

    @Test func twoMapsOfOneServerShareItsConnections() async throws {
        let opening = try Opening()
        let peer = try SocketmapPeer { map, key in SocketmapPeer.netstring(Array("OK \(map) ".utf8) + key) }
        var limits = ServerLimits()
        limits.idle = .seconds(1000)
        for _ in 0..<3 {
            for map in ["one", "two"] {
                let table = try opening.table("socketmap:inet:127.0.0.1:\(peer.port):\(map)", limits: limits)
                #expect(await Outcome.of("k", in: table) == .found("\(map) k"))
            }
        }
        #expect(peer.connectionsEver == 1)
    }

    @Test func equalLookupsThatWaitShareAReply() async throws {
        let opening = try Opening()
        let peer = try echo()
        let table = try opening.table("tcp:127.0.0.1:\(peer.port)")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<1000 {
                group.addTask { #expect(await Outcome.of("same", in: table) == .found("same")) }
            }
        }
        #expect(peer.takeRequests().count < 500)
    }

    @Test func aConnectionThatTheServerClosedWhileIdleCostsNothing() async throws {
        let opening = try Opening()
        // Each connection is good for one reply.
        let server = try await Blocking.run {
            try StreamServer { stream, _ in
                guard let line = try stream.readLine() else { return }
                try stream.write("200 \(line.dropFirst(4))\n")
            }
        }
        let table = try opening.table("tcp:127.0.0.1:\(server.port)")
        for number in 0..<100 { #expect(await Outcome.of("k\(number)", in: table) == .found("k\(number)")) }
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask { #expect(await Outcome.of("p\(number)", in: table) == .found("p\(number)")) }
            }
        }
    }

    @Test func idleConnectionsAreClosed() async throws {
        let opening = try Opening()
        let server = try await Blocking.run {
            try StreamServer { stream, _ in
                while try stream.readLine() != nil { try stream.write("500 no\n") }
            }
        }
        var limits = ServerLimits()
        limits.idle = .milliseconds(100)
        let table = try opening.table("tcp:127.0.0.1:\(server.port)", limits: limits)
        #expect(await Outcome.of("k", in: table) == .absent)
        #expect(await Eventually.holds(seconds: 60) { server.openConnections == 0 })
        #expect(await Outcome.of("k", in: table) == .absent)
    }

    @Test func aServerThatIsBackIsAskedAgain() async throws {
        let opening = try Opening()
        let path = opening.directory.appending("s")
        let table = try opening.table("socketmap:unix:\(path):map")
        guard case .failed(let reason) = await Outcome.of("k", in: table) else {
            Issue.record("found")
            return
        }
        #expect(reason == "connect to \(path): No such file or directory")
        let peer = try SocketmapPeer(path: path) { _, key in SocketmapPeer.netstring(Array("OK ".utf8) + key)
        }
        #expect(await Eventually.holds(seconds: 60) { await Outcome.of("k", in: table) == .found("k") })
        #expect(peer.connectionsEver == 1)
        // A relative path begins in the queue's directory.
        #expect(await Outcome.of("k", in: try opening.table("socketmap:unix:s:map")) == .found("k"))
    }

    @Test func tooManyLookupsAreRefusedAtOnce() async throws {
        let opening = try Opening()
        let server = try await Blocking.run { try MisbehavingServer.silent.start() }
        var limits = ServerLimits()
        limits.waiting = 10
        limits.silence = .milliseconds(500)
        limits.patience = .milliseconds(500)
        let table = try opening.table("tcp:127.0.0.1:\(server.port)", limits: limits)
        let reasons = await withTaskGroup(of: Outcome.self) { group in
            for number in 0..<30 { group.addTask { await Outcome.of("k\(number)", in: table) } }
            return await group.reduce(into: [Outcome: Int]()) { $0[$1, default: 0] += 1 }
        }
        let name = "127.0.0.1:\(server.port)"
        #expect(reasons[.failed("\(name): 10 lookups wait for this server already")] == 20)
        #expect(reasons[.failed("\(name) did not answer within 0.5 seconds")] == 10)
    }

    @Test(arguments: [
        ("tcp:127.0.0.1", "there must be a host and a port"), ("tcp::1", "no host"),
        ("tcp:127.0.0.1:nosuchservice", "\"nosuchservice\" is no port"), ("tcp:h:0", "is no port"),
        ("tcp:h:65536", "is no port"), ("socketmap:x", "socketmap requires server:socketmap argument"),
        ("socketmap:foo:bar:name", "invalid transport name: foo in service: foo:bar"),
        ("socketmap:unix:/none", "need service transport:endpoint instead of \"unix\""),
        ("socketmap:unix::n", "1 to 107 bytes"),
    ])
    func aNameThatMakesNoSenseIsRefused(name: String, words: String) throws {
        let opening = try Opening()
        #expect {
            _ = try opening.table(name)
        } throws: {
            "\($0)".contains(words)
        }
    }

    @Test func namesOfServicesArePorts() throws {
        #expect(try ServerAddress(hostAndPort: "[::1]:smtp") == .inet(host: "::1", port: 25))
        #expect("\(try ServerAddress(hostAndPort: "[::1]:smtp"))" == "[::1]:25")
    }
}
