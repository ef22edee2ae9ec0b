import LookupTables
import Peers
import Testing

@testable import NetworkTables

/// Servers that are not there, or are not what they should be: a failure for the time being, soon, with its reason,
/// and nothing left open.
@Suite struct MisbehavingServerTests {
    enum Kind: String, CaseIterable {
        case tcp, socketmap, memcache

        func table(_ opening: Opening, port: Int) throws -> any LookupTable {
            var limits = ServerLimits()
            limits.silence = .milliseconds(1500)
            limits.connect = .milliseconds(1500)
            limits.rest = .milliseconds(50)
            switch self {
            case .tcp: return try opening.table("tcp:127.0.0.1:\(port)", limits: limits)
            case .socketmap: return try opening.table("socketmap:inet:127.0.0.1:\(port):map", limits: limits)
            case .memcache: return try opening.memcache("memcache = inet:127.0.0.1:\(port)\ntimeout = 1")
            }
        }
    }

    @Test(arguments: Kind.allCases, MisbehavingServer.allCases)
    func failsSoonAndLeaksNothing(kind: Kind, behaviour: MisbehavingServer) async throws {
        let opening = try Opening()
        let server = try await Blocking.run { try behaviour.start() }
        let table = try kind.table(opening, port: server.port)
        let start = ContinuousClock.now
        await withTaskGroup(of: Outcome.self) { group in
            for number in 0..<50 { group.addTask { await Outcome.of("key\(number)@example.org", in: table) } }
            for await outcome in group {
                guard case .failed(let reason) = outcome else {
                    Issue.record("\(outcome)")
                    continue
                }
                #expect(reason.contains("127.0.0.1:\(server.port)"), "\(reason)")
            }
        }
        #expect(ContinuousClock.now - start < .seconds(60))
        opening.servers.close()
        #expect(await Eventually.holds(seconds: 60) { server.openConnections == 0 })
    }

    @Test(arguments: Kind.allCases)
    func aServerThatIsNotThereIsNamed(kind: Kind) async throws {
        let opening = try Opening()
        let port = try LoopbackPort.unused()
        let table = try kind.table(opening, port: port)
        let start = ContinuousClock.now
        #expect(
            await Outcome.of("key", in: table)
                == .failed("connect to 127.0.0.1:\(port): Connection refused"))
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test func aHostThatIsNotThereIsNamed() async throws {
        let opening = try Opening()
        let table = try opening.table("tcp:nohost.invalid:10001")
        guard case .failed(let reason) = await Outcome.of("key", in: table) else {
            Issue.record("found")
            return
        }
        #expect(
            reason.hasPrefix("connect to nohost.invalid:10001: host nohost.invalid not found"), "\(reason)")
    }

    @Test func whatNobodyAskedForIsNoReply() async throws {
        let opening = try Opening()
        // Two replies to the first request: the second must not be taken for that of the second request.
        let server = try await Blocking.run {
            try StreamServer { stream, _ in
                while let line = try stream.readLine() {
                    try stream.write("200 \(line.dropFirst(4))\n200 evil\n")
                }
            }
        }
        let table = try opening.table("tcp:127.0.0.1:\(server.port)")
        for number in 0..<20 {
            #expect(await Outcome.of("key\(number)", in: table) == .found("key\(number)"))
        }
    }

    @Test func aValueForAnotherKeyIsNotTaken() async throws {
        let opening = try Opening()
        let server = try await Blocking.run {
            try StreamServer { stream, _ in
                while try stream.readLine() != nil { try stream.write("VALUE other 0 4\r\nevil\r\nEND\r\n") }
            }
        }
        let table = try opening.memcache("memcache = inet:127.0.0.1:\(server.port)")
        #expect(
            await Outcome.of("key", in: table) == .failed("the server answered for the key \"other\""))
    }
}
