import Foundation
import Peers
import Testing

/// The program where the system allows it few files and sockets.
@Suite struct OpenFilesTests {
    private static let mainCf = """
        virtual_mailbox_domains = example.org
        virtual_mailbox_maps = inline:{ john@example.org=john/ }
        virtual_transport = lmtp:unix:private/sink
        smtpd_client_connection_count_limit = 0

        """

    /// A script that runs the program with so many descriptors at most, and at first with half of them. Those of
    /// tests that run at the same time do not count.
    private static func limited(to count: Int, in directory: TemporaryDirectory) throws -> [String] {
        let script = try directory.write(
            "martlet.sh",
            """
            #!/bin/bash
            for path in /proc/self/fd/*; do
                number=${path##*/}
                if [ "$number" -gt 2 ] && [ "$number" -lt 255 ]; then eval "exec $number>&-"; fi
            done
            ulimit -S -n \(count / 2)
            ulimit -H -n \(count)
            exec '\(BuiltProgram.martlet)' "$@"

            """)
        return ["/bin/bash", script]
    }

    /// Clients that come all at once, in the order in which they are greeted.
    private static func connect(_ count: Int, to martlet: MartletServer) -> AsyncStream<SMTPClient?> {
        AsyncStream { continuation in
            let port = martlet.port
            for _ in 0..<count {
                Task { continuation.yield(try? await SMTPClient.connect(port: port, seconds: 60)) }
            }
        }
    }

    @Test func sessionsLeaveDescriptorsForTheQueueAndDeliveries() async throws {
        let scratch = try TemporaryDirectory("nof")
        let martlet = try await MartletServer.start(
            mainCf: Self.mainCf, command: try Self.limited(to: 320, in: scratch))
        let sink = try LMTPSink(path: martlet.queueDirectory + "/private/sink")
        var arriving = Self.connect(270, to: martlet).makeAsyncIterator()
        var clients: [SMTPClient] = []
        // Three quarters of the descriptors are for sessions.
        for _ in 0..<240 { clients.append(try #require(await arriving.next() ?? nil)) }
        let replies = try await clients[100].sendMail(
            from: "a@b.test", to: ["john@example.org"], content: "Subject: x\r\n\r\nx\r\n")
        #expect(replies.last?.hasPrefix("250 2.0.0 Ok: queued as") == true, "\(replies)")
        #expect(try await sink.messages(count: 1).count == 1)
        clients.removeAll()
        for _ in 0..<30 {
            let client = try #require(await arriving.next() ?? nil)
            #expect(client.greeting.hasPrefix("220"))
        }
    }

    /// The operator allows more sessions than the system has descriptors for.
    @Test func aLimitInMasterCfIsNoLicenceForMore() async throws {
        let scratch = try TemporaryDirectory("nof")
        let martlet = try await MartletServer.start(
            mainCf: Self.mainCf, command: try Self.limited(to: 320, in: scratch))
        #expect(await Self.halt(martlet) == 0)
        try martlet.directory.write("etc/master.cf", "127.0.0.1:\(martlet.port) inet n - n - 500 smtpd\n")
        try await Blocking.run { try martlet.resume() }
        let pid = try #require(martlet.pid)
        var arriving = Self.connect(270, to: martlet).makeAsyncIterator()
        var clients: [SMTPClient] = []
        for _ in 0..<240 { clients.append(try #require(await arriving.next() ?? nil)) }
        let before = try Self.ticks(of: pid)
        try await Task.sleep(for: .seconds(3))
        #expect(try Self.ticks(of: pid) - before < 100, "it spins")
        #expect(martlet.isRunning)
        #expect(try await clients[0].command("NOOP") == "250 2.0.0 Ok")
        clients.removeAll()
        // Each that is greeted makes room for another by leaving.
        for _ in 0..<30 {
            let client = try #require(await arriving.next() ?? nil)
            #expect(client.greeting.hasPrefix("220"))
        }
    }

    private static func halt(_ martlet: MartletServer) async -> Int32 {
        (try? await Blocking.run { martlet.halt() }) ?? -1
    }

    /// Processor time in hundredths of a second: proc(5), `utime` and `stime`.
    private static func ticks(of pid: pid_t) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        return try #require(Int(fields[12])) + #require(Int(fields[13]))
    }
}
