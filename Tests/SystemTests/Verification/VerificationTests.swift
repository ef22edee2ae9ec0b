import Foundation
import Peers
import Testing

/// The built program probes a server behind it, and remembers what it heard.
@Suite struct VerificationTests {
    private static func server(
        _ sink: ProbeSink, _ more: String = "", options: String = ""
    ) async throws -> MartletServer {
        try await MartletServer.start(
            mainCf: """
                relay_domains = relay.test
                relay_transport = lmtp:unix:\(sink.path)
                smtpd_recipient_restrictions = reject_unauth_destination, reject_unverified_recipient
                unverified_recipient_reject_code = 550
                address_verify_poll_count = 20
                \(more)
                """, smtpdOptions: options)
    }

    private static func ask(_ server: MartletServer, _ recipients: String...) async throws -> [String] {
        let client = try await SMTPClient.connect(port: server.port)
        let replies = try await client.pipeline(
            ["EHLO client.test", "MAIL FROM:<s@far.test>"] + recipients.map { "RCPT TO:<\($0)>" })
        return replies.dropFirst(2).map { $0.trimmingCharacters(in: .newlines) }
    }

    private static let refusal =
        "550 5.1.1 <bad@relay.test>: Recipient address rejected: undeliverable address: "

    @Test func `what was found out survives a restart and a crash`() async throws {
        let directory = try TemporaryDirectory("vfs")
        let sink = try ProbeSink(path: directory.appending("s"))
        let server = try await Self.server(sink)
        for end in 0..<3 {
            let replies = try await Self.ask(server, "good@relay.test", "bad@relay.test", "full@relay.test")
            #expect(replies[0] == "250 2.1.5 Ok")
            #expect(replies[1].hasPrefix(Self.refusal + "host mx.example.test["))
            #expect(
                replies[2].hasPrefix("450 4.1.1 <full@relay.test>: Recipient address rejected: unverified"))
            if end == 0 { #expect(server.halt() == 0) } else { server.crash() }
            try server.resume()
        }
        for name in ["good", "bad", "full"] { #expect(sink.asked(about: "\(name)@relay.test") == 1) }
        #expect(sink.messages == 0)
        #expect(server.log.contains("status=deliverable (250 2.1.5 Ok)"))
        #expect(server.log.contains("status=undeliverable (host mx.example.test[\(sink.path)] said: 550"))
        // Nothing has ever been in the queue.
        #expect(
            try await server.command(["queue", "list"]).standardOutput.contains("bad@relay.test") == false)
        #expect(
            FileManager.default.fileExists(atPath: server.directory.appending("data/verify_cache.sqlite")))
        server.halt()
    }

    @Test func `a hundred sessions share one probe, and mail goes on meanwhile`() async throws {
        let directory = try TemporaryDirectory("vfs")
        let sink = try ProbeSink(path: directory.appending("s"), delay: 1)
        let server = try await Self.server(sink)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask { try await Self.ask(server, "slow@relay.test") == ["250 2.1.5 Ok"] }
            }
            for try await isTaken in group { #expect(isTaken) }
        }
        #expect(sink.asked(about: "slow@relay.test") == 1)
        server.halt()
    }

    @Test func `a server that never answers costs the client no more than its patience`() async throws {
        let directory = try TemporaryDirectory("vfs")
        let sink = try ProbeSink(path: directory.appending("s"))
        let server = try await Self.server(
            sink, "address_verify_poll_count = 2\naddress_verify_poll_delay = 1s")
        let start = ContinuousClock.now
        let replies = try await Self.ask(server, "stuck@relay.test", "good@relay.test")
        #expect(
            replies == [
                "450 4.1.1 <stuck@relay.test>: Recipient address rejected: unverified address: "
                    + "Address verification in progress", "250 2.1.5 Ok",
            ])
        #expect(ContinuousClock.now - start < .seconds(30))
        // It does not hold up the end either.
        #expect(server.halt() == 0)
    }

    @Test func `a configuration that was read again counts`() async throws {
        let directory = try TemporaryDirectory("vfs")
        let sink = try ProbeSink(path: directory.appending("s"))
        let server = try await Self.server(sink, "address_verify_sender = one@probes.test")
        _ = try await Self.ask(server, "a@relay.test")
        let main = try String(contentsOfFile: server.configDirectory + "/main.cf", encoding: .utf8)
        try main.replacing("one@probes.test", with: "two@probes.test").write(
            toFile: server.configDirectory + "/main.cf", atomically: true, encoding: .utf8)
        server.reload()
        try await server.waitForLog("reload -- version")
        #expect(
            try await Self.ask(server, "a@relay.test", "b@relay.test", "two@probes.test").allSatisfy {
                $0.hasPrefix("250")
            })
        #expect(sink.questions.map(\.sender) == ["one@probes.test", "two@probes.test"])
        server.halt()
    }

    @Test func `explain reads what is remembered, and asks only where it is told to`() async throws {
        let directory = try TemporaryDirectory("vfs")
        let sink = try ProbeSink(path: directory.appending("s"))
        let server = try await Self.server(sink)
        _ = try await Self.ask(server, "bad@relay.test", "good@relay.test")
        func explain(_ arguments: String...) async throws -> (code: Int32, text: String) {
            let result = try await server.command(["explain"] + arguments)
            return (result.exitCode, result.standardOutput)
        }
        let bad = try await explain("bad@relay.test")
        #expect(bad.code == 1)
        #expect(bad.text.contains(Self.refusal))
        #expect(bad.text.contains("ago found that it would not be delivered"))
        #expect(bad.text.contains("probed again in "))
        let good = try await explain("good@relay.test")
        #expect(good.code == 0)
        #expect(good.text.contains("ago found that it would be delivered (250 2.1.5 Ok)"))
        let new = try await explain("plain@relay.test")
        #expect(new.code == 75)
        #expect(new.text.contains("Address verification in progress"))
        #expect(
            new.text.hasPrefix(
                "plain@relay.test: cannot be taken now by reject_unverified_recipient in smtpd_recipient_restrictions"
            ))
        #expect(new.text.contains("nothing is remembered: a probe would be sent"))
        #expect(sink.asked(about: "plain@relay.test") == 0)
        let asked = try await explain("--probe", "plain@relay.test")
        #expect(asked.code == 1)
        #expect(asked.text.contains("a probe 0s ago found that it would not be delivered"))
        #expect(sink.asked(about: "plain@relay.test") == 1)
        // What explain has heard, the server has not.
        #expect(try await explain("plain@relay.test").code == 75)
        server.halt()
        // Also while no server runs, and without leaving anything that keeps it from its cache.
        #expect(try await explain("bad@relay.test").code == 1)
        try server.resume()
        #expect(try await Self.ask(server, "bad@relay.test")[0].hasPrefix(Self.refusal))
        #expect(sink.asked(about: "bad@relay.test") == 1)
        #expect(!server.log.contains("cannot be used"))
        server.halt()
    }

    @Test func `a map that cannot be written ends the start, with what to write instead`() async throws {
        let directory = try TemporaryDirectory("vfs")
        let sink = try ProbeSink(path: directory.appending("s"))
        await #expect(throws: (any Error).self) {
            _ = try await Self.server(sink, "address_verify_map = memcache:/etc/cache.cf")
        }
        // Where nothing asks for probes, it may be whatever it is.
        let server = try await MartletServer.start(
            mainCf: "relay_domains = relay.test\naddress_verify_map = memcache:/etc/cache.cf")
        #expect(
            !FileManager.default.fileExists(atPath: server.directory.appending("data/verify_cache.sqlite")))
        server.halt()
    }
}
