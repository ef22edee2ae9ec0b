import Foundation
import MailFormat
import Peers
import Testing

@testable import Delivery

/// Servers, and addresses, that would mix up one message with another.
@Suite struct HostileServerTests {
    private static let large = String(
        repeating: "MAIL FROM:<content@example.org>\r\n", count: 4 * 1024 * 1024 / 33)

    private func house(_ directory: TemporaryDirectory, grace: Duration = .seconds(10)) throws
        -> DeliveryHouse
    {
        var settings = DeliverySettings(hostname: "mx.example.test")
        settings.grace = grace
        let agent = LMTPAgent(LMTPSettings(hostname: "mx.example.test", socketDirectory: directory.path))
        return try DeliveryHouse(
            guide: FixedGuide("lmtp", "unix:s"), agents: ["lmtp": agent], settings: settings)
    }

    @Test(arguments: [
        ("250 2.0.0 done", "status=deferred (host mx.example.test[s] sent something that is no reply"),
        ("552 5.3.4 too big", "dsn=5.3.4, status=bounced (host mx.example.test[s] said: 552 5.3.4 too big"),
        (
            "452 4.3.1 no space",
            "dsn=4.3.1, status=deferred (host mx.example.test[s] said: 452 4.3.1 no space"
        ),
    ])
    func `a reply in the middle of the content ends the connection`(reply: String, log: String) async throws {
        let directory = try TemporaryDirectory("hst")
        // Until then the server reads no more, so that the content cannot end.
        let decided = DispatchSemaphore(value: 0)
        defer { decided.signal() }
        let begun: [ScriptedServer.Step] =
            ScriptedServer.greeting + [.hear("DATA"), .say("250 Ok\r\n250 Ok\r\n354 go\r\n")]
        let server = try ScriptedServer(
            path: directory.appending("s"),
            [
                begun + [.hear("MAIL FROM:<content"), .say("\(reply)\r\n"), .wait(decided)],
                begun + [.hearContent, .say("250 2.0.0 saved\r\n")],
            ])
        let house = try house(directory)
        let first = try await house.send(from: "", to: ["a@example.org"], content: Self.large)
        let line = try await house.log.line(containing: "\(first): to=<a@example.org>")
        #expect(line.contains(log), "\(line)")
        let second = try await house.send(from: "b@example.org", to: ["c@example.org"], content: "x\r\n")
        _ = try await house.log.line(containing: "\(second): removed")
        #expect(server.lines.filter { $0.hasPrefix("LHLO") }.count == 2)
        try await house.stop()
    }

    @Test func `an address cannot bring commands of its own`() async throws {
        let directory = try TemporaryDirectory("hst")
        let server = try ScriptedServer(
            path: directory.appending("s"),
            [
                ScriptedServer.greeting + [
                    .hear("DATA"), .say("250 Ok\r\n250 Ok\r\n354 go\r\n"), .hearContent,
                    .say("250 2.0.0 saved\r\n"),
                ]
            ])
        let house = try house(directory)
        let id = try await house.send(
            from: "", to: ["x\r\nRCPT TO:<evil@example.org>\r\n@example.org", "b@example.org"],
            content: "x\r\n")
        _ = try await house.log.line(containing: "\(id): removed")
        #expect(server.lines.filter { $0.contains("RCPT") } == ["RCPT TO:<b@example.org>"])
        #expect(house.log.lines.contains { $0.contains("dsn=5.1.3, status=bounced (bad recipient address") })
        #expect(house.log.lines.contains { $0.contains("status=sent (250 2.0.0 saved)") })
        try await house.stop()
    }

    @Test(arguments: [[], [.say("220 scripted\r\n")]] as [[ScriptedServer.Step]])
    func `a server that stays silent does not keep ours from stopping`(
        script: [ScriptedServer.Step]
    ) async throws {
        let directory = try TemporaryDirectory("hst")
        let server = try ScriptedServer(path: directory.appending("s"), [script])
        let house = try house(directory, grace: .milliseconds(200))
        let id = try await house.send(from: "", to: ["a@example.org"], content: "x\r\n")
        _ = try await house.log.line(containing: "\(id): from=<>")
        try await Task.sleep(for: .milliseconds(300))
        let start = ContinuousClock.now
        try await house.stop()
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(!server.path.isEmpty)
    }
}
