import LookupTables
import NIOCore
import NIOPosix
import Peers
import PostfixConfig
import ServiceLifecycle
import Synchronization
import Testing

@testable import NetworkTables

/// A table that answers from a closure.
private struct ClosureTable: LookupTable {
    let name = "test:table"
    let keys = LookupKeys.fixed
    let answer: @Sendable (String) async throws -> String?

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        do { return try await answer(key) } catch {
            throw LookupFailure(table: name, cause: .unavailable, reason: "password of db.example.org wrong")
        }
    }
}

/// Martlet as a server of lookups: dialogs, limits and hostile clients.
@Suite struct LookupServerTests {
    private struct Away: Error {}

    /// A server for the time of a test.
    private func serving(
        _ listener: String = "", limits: LookupService.Limits = .init(), connectionLimit: Int = 100,
        admits: @escaping @Sendable (SocketAddress) -> Bool = { _ in true },
        answer: @escaping @Sendable (String) async throws -> String? = { key in
            switch key {
            case "away": throw Away()
            case "none": nil
            case "long": String(repeating: "x", count: 5000)
            case "endless": String(repeating: "x", count: 100_000)
            default: "<\(key)>"
            }
        },
        _ body: (_ port: Int, _ log: LogRecorder) async throws -> Void
    ) async throws {
        let log = LogRecorder()
        let maps = ServedMaps([
            "map": TableList(parameter: "map", tables: [ClosureTable(answer: answer)]),
            "empty": TableList(parameter: "empty", tables: []),
        ])
        let service = LookupService(
            maps: maps, limits: limits, admits: admits, logger: log.logger("proxymap"))
        let port = try LoopbackPort.unused()
        let listener = try LookupListener(
            listener.isEmpty ? "inet:127.0.0.1:\(port):map" : listener.replacing("PORT", with: "\(port)"),
            directory: "/")
        let server = try await LookupServer.bind(
            [listener], connectionLimit: connectionLimit, on: MultiThreadedEventLoopGroup.singleton
        ) { service }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await body(port, log)
            group.cancelAll()
        }
    }

    /// What the server says to a text, until it closes the connection or has said so many bytes.
    private func say(_ text: String, to port: Int, bytes: Int = .max, pieces: Bool = false) async -> String {
        let said = try? await Blocking.run {
            let stream = try SocketStream(port: port, seconds: 60)
            if pieces {
                for byte in text.utf8 { try stream.write([byte]) }
            } else {
                try stream.write(text)
            }
            var said: [UInt8] = []
            while said.count < bytes, let byte = try stream.read(count: 1) { said += byte }
            return String(decoding: said, as: UTF8.self)
        }
        return said ?? "(an error of the socket)"
    }

    @Test(arguments: [
        ("map a", "OK <a>"), ("map none", "NOTFOUND "), ("map away", "TEMP Temporary lookup failure"),
        ("map a b@ü%", "OK <a b@ü%>"), ("map ", "OK <>"), ("empty a", "NOTFOUND "),
        ("map", "PERM expecting: name key"),
        ("secret x", "PERM no map of lookup_service_maps has this name"),
        ("map endless", "TEMP Temporary lookup failure"), ("map a\0b", "NOTFOUND "),
    ])
    func answersSocketmapClients(request: String, reply: String) async throws {
        try await answers(Self.netstring(request), Self.netstring(reply))
    }

    @Test(arguments: [
        ("get a\n", "200 <a>\n"), ("get none\r\n", "500 not%20found\n"),
        ("get a%20b%25\n", "200 <a%20b%25>\n"),
        ("get away\n", "400 Temporary%20lookup%20failure\n"),
        ("get long\n", "400 Temporary%20lookup%20failure\n"),
        ("put a\n", "400 expecting:%20get%20key\n"), ("get a%\n", "400 expecting:%20get%20key\n"),
        ("get %00\n", "500 not%20found\n"), ("get %ff\n", "500 not%20found\n"),
    ])
    func answersTCPClients(request: String, reply: String) async throws { try await answers(request, reply) }

    /// The same in one piece and in many; the cause of a failure is in the log alone.
    private func answers(_ request: String, _ reply: String) async throws {
        try await serving { port, log in
            #expect(await say(request, to: port, bytes: reply.utf8.count) == reply)
            #expect(await say(request, to: port, bytes: reply.utf8.count, pieces: true) == reply)
            if request.contains("away") {
                #expect(log.messages.contains("map: test:table: password of db.example.org wrong"))
            }
        }
    }

    private static func netstring(_ text: String) -> String { "\(text.utf8.count):\(text)," }

    @Test func pipelinedRequestsAreLookedUpTogetherAndAnsweredInOrder() async throws {
        let most = Mutex((now: 0, most: 0))
        try await serving(answer: { key in
            most.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...20)))
            most.withLock { $0.now -= 1 }
            return key
        }) { port, _ in
            let requests = (0..<3000).map { "get k\($0)\n" }.joined()
            let replies = (0..<3000).map { "200 k\($0)\n" }.joined()
            #expect(await say(requests, to: port, bytes: replies.utf8.count) == replies)
            let netstrings = (1000..<3000).map { "9:map k\($0)," }.joined()
            let answers = (1000..<3000).map { "8:OK k\($0)," }.joined()
            #expect(await say(netstrings, to: port, bytes: answers.utf8.count) == answers)
        }
        #expect(most.withLock(\.most) > 50)
    }

    @Test(arguments: [
        ("99999:", "input exceeds size limit"), ("5x", "input format error"),
        ("5:map ab", "input format error"),
        ("99999999999999999999999", "input exceeds size limit"),
    ])
    func aClientThatIsOutOfStepIsCutOff(request: String, words: String) async throws {
        try await serving { port, _ in
            let reply = Self.netstring("PERM \(words)")
            #expect(await say("5:map a," + request, to: port) == "6:OK <a>," + reply)
        }
    }

    @Test func anEndlessRequestIsCutOff() async throws {
        try await serving { port, _ in
            let endless = "get " + String(repeating: "x", count: 9000)
            #expect(await say(endless, to: port) == "400 request%20longer%20than%208192%20bytes\n")
        }
    }

    @Test func aSilentClientIsCutOffSoonerInTheMiddleOfARequest() async throws {
        var limits = LookupService.Limits()
        limits.exchange = .seconds(2)
        try await serving(limits: limits) { port, _ in
            #expect(await say("5:ma", to: port) == "")
            // One that waits between requests has more time.
            let stream = await say("get a\n", to: port, bytes: 8)
            #expect(stream == "200 <a>\n")
        }
        limits = LookupService.Limits()
        limits.idle = .seconds(3)
        try await serving(limits: limits) { port, _ in
            #expect(await say("get a\n", to: port) == "200 <a>\n")
            #expect(await say("", to: port) == "")
        }
    }

    @Test func strangersAreTurnedAway() async throws {
        try await serving(admits: { _ in false }) { port, log in
            #expect(await say("get a\n", to: port) == "")
            #expect(
                log.lines == [
                    "proxymap: warning: connection from 127.0.0.1 to lookup_service refused: not in mynetworks"
                ])
        }
    }

    @Test func thereIsALimitOfConnections() async throws {
        try await serving(connectionLimit: 2) { port, log in
            // Off the cooperative pool, where the server lives too.
            let lines = try await Blocking.run {
                let streams = try (0..<2).map { _ in try SocketStream(port: port, seconds: 60) }
                var lines: [String?] = []
                for stream in streams {
                    try stream.write("get a\n")
                    lines.append(try stream.readLine())
                }
                let third = try SocketStream(port: port, seconds: 60)
                lines.append(try third.readLine())
                try streams[0].write("get b\n")
                lines.append(try streams[0].readLine())
                return lines
            }
            #expect(lines == ["200 <a>", "200 <a>", nil, "200 <b>"])
            #expect(log.lines.contains { $0.contains("lookup_service_connection_limit") })
        }
    }

    /// NIO ends the program where a connection is dropped that nobody has served.
    @Test func connectionsMayComeWhileItStops() async throws {
        for _ in 0..<20 {
            try await serving { port, _ in
                let isReady = Mutex(false)
                // Goes on until the server is gone.
                Task {
                    try await Blocking.run {
                        while let stream = try? SocketStream(port: port, seconds: 60) {
                            isReady.withLock { $0 = true }
                            try? stream.write("get a\n")
                        }
                    }
                }
                #expect(await Eventually.holds { isReady.withLock { $0 } })
            }
        }
    }

    @Test func oneProtocolAlone() async throws {
        try await serving("socketmap:inet:127.0.0.1:PORT") { port, _ in
            #expect(await say("5:map a,", to: port, bytes: 9) == "6:OK <a>,")
            #expect(await say("get a\n", to: port) == "400 this%20service%20speaks%20socketmap%20alone\n")
        }
        try await serving("tcp:inet:127.0.0.1:PORT:map") { port, _ in
            #expect(await say("get a\n", to: port, bytes: 8) == "200 <a>\n")
            #expect(
                await say("5:map a,", to: port)
                    == Self.netstring("PERM this service does not speak socketmap"))
        }
        try await serving("inet:PORT") { port, _ in
            #expect(await say("get a\n", to: port, bytes: 3) == "400")
        }
    }

    @Test(arguments: [
        ("inet:2526", "inet:127.0.0.1:2526"), ("inet:[::1]:2526:a", "inet:[::1]:2526"),
        ("unix:private/m", "unix:/q/private/m"),
        ("tcp:unix:/run/m:a", "unix:/run/m"), ("inet:*:2526", "inet:*:2526"),
    ])
    func listenersAreNamedAsTheOperatorThinks(text: String, place: String) throws {
        #expect("\(try LookupListener(text, directory: "/q"))" == place)
    }

    @Test(arguments: [
        "127.0.0.1:2526", "inet:", "inet:h:", "inet:h:0", "inet:h:x", "inet:h:1:", "inet:h:1:a:b",
        "inet:[::1]2526", "unix:",
        "unix:p:", "unix:a:b:c", "tcp:inet:1", "socketmap:inet:h:1:a", "udp:inet:h:1",
    ])
    func listenersThatMakeNoSenseAreRefused(text: String) {
        #expect {
            _ = try LookupListener(text, directory: "/q")
        } throws: {
            "\($0)".hasPrefix("lookup_service = \(text): ")
        }
    }

    @Test func onlyTheListedMapsAreServed() throws {
        let log = LogRecorder()
        func names(_ value: String?, _ more: [String: String] = [:]) throws -> [String] {
            var values = more.merging(["lookup_service": "inet:2526"]) { given, _ in given }
            values["lookup_service_maps"] = value
            let configuration = try Configuration(directory: "/none", values: values)
            return try ServedMaps(
                configuration, opener: TableOpener(configuration: configuration), logger: log.logger("x")
            ).names
        }
        #expect(try names(nil) == ["virtual_alias_maps", "virtual_mailbox_domains", "virtual_mailbox_maps"])
        #expect(try names("", [:]) == [])
        #expect(try names("nosuch_maps", ["lookup_service": ""]) == [])
        #expect(
            try names("a=static:x, {b = static:y, inline:{c=d}} transport_maps") == [
                "a", "b", "transport_maps",
            ])
        #expect(
            try names("virtual_mailbox_domains", ["virtual_mailbox_domains": "example.org static:x"]) == [])
        #expect(log.messages.last?.contains("\"example.org\" in its value is no table") == true)
        for wrong in [
            "nosuch_maps", "a=", "a=/file", "a=b", "x:y=static:z", "a=static:b a=static:c",
            "{a b = static:c}",
        ] {
            #expect(throws: LookupServiceMistake.self) { try names(wrong) }
        }
    }
}
