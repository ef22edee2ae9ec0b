import Foundation
import MailFormat
import Peers
import SMTPWire
import Testing

@testable import Delivery

/// Servers that do not behave: mail is kept, the reason is named, and nobody gets it twice who had it.
@Suite struct OddServerTests {
    private static let accept: [ScriptedServer.Step] = [
        .hear("DATA"), .say("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n354 go\r\n"), .hearContent,
    ]

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let script: [ScriptedServer.Step]
        /// What the log says of a@example.org, and of b@example.org.
        let first: String
        let second: String
        /// Short only for the stage that a case is about: the others have all the time of a busy machine.
        var limits = ClientTimeLimits()
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "each recipient has a reply of its own",
            script: ScriptedServer.greeting + accept + [.say("250 2.0.0 first\r\n452 4.2.2 full\r\n")],
            first: "dsn=2.0.0, status=sent (250 2.0.0 first)",
            second:
                "dsn=4.2.2, status=deferred (host mx.example.test[s] said: 452 4.2.2 full (in reply to end of DATA command))"
        ),
        Case(
            name: "refused recipients",
            script: ScriptedServer.greeting + [
                .hear("DATA"),
                .say("250 2.1.0 Ok\r\n550 5.1.1 unknown\r\n450 4.2.0 later\r\n503 5.5.1 none\r\n"),
            ],
            first:
                "dsn=5.1.1, status=bounced (host mx.example.test[s] said: 550 5.1.1 unknown (in reply to RCPT TO command))",
            second:
                "dsn=4.2.0, status=deferred (host mx.example.test[s] said: 450 4.2.0 later (in reply to RCPT TO command))"
        ),
        Case(
            name: "a refused sender",
            script: ScriptedServer.greeting + [
                .hear("DATA"), .say("451 4.7.1 not you\r\n503 5.5.1 no\r\n503 5.5.1 no\r\n503 5.5.1 no\r\n"),
            ],
            first:
                "status=deferred (host mx.example.test[s] said: 451 4.7.1 not you (in reply to MAIL FROM command))",
            second:
                "status=deferred (host mx.example.test[s] said: 451 4.7.1 not you (in reply to MAIL FROM command))"
        ),
        Case(
            name: "closes after the first recipient's reply",
            script: ScriptedServer.greeting + accept + [.say("250 2.0.0 first\r\n"), .hangUp],
            first: "status=sent (250 2.0.0 first)",
            second:
                "dsn=4.4.2, status=deferred (lost connection with mx.example.test[s] while sending end of data"
        ),
        Case(
            name: "closes in the middle of a reply",
            script: ScriptedServer.greeting + [.hear("DATA"), .say("250 2.1.0 Ok\r\n250 2."), .hangUp],
            first: "status=deferred (lost connection with mx.example.test[s] while sending RCPT TO)",
            second: "status=deferred (lost connection with mx.example.test[s] while sending RCPT TO)"),
        Case(
            name: "does not greet",
            script: [.say("421 4.3.2 too busy\r\n"), .hangUp],
            first: "relay=mx.example.test[s], delay=",
            second: "status=deferred (host mx.example.test[s] refused to talk to me: 421 4.3.2 too busy)"),
        Case(
            name: "garbage",
            script: [.say("HTTP/1.1 400 Bad\u{7} Request\r\n\r\n")],
            first:
                "status=deferred (host mx.example.test[s] sent something that is no reply while receiving the"
                + " initial server greeting: HTTP/1.1 400 Bad? Request)",
            second: "dsn=4.5.0"),
        Case(
            name: "a reply without end",
            script: [.say(String(repeating: "2", count: 100_000))],
            first: "a line of more than 4096 bytes", second: "status=deferred"),
        Case(
            name: "a reply of too many lines",
            script: [.say(String(repeating: "220-more\r\n", count: 1000))],
            first: "a reply of more than 200 lines", second: "status=deferred"),
        Case(
            name: "takes content before the dot was sent",
            script: ScriptedServer.greeting + [
                .hear("DATA"), .say("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n250 2.0.0 done\r\n"),
            ],
            first: "status=deferred", second: "status=deferred"),
        Case(
            name: "asks for more where it should answer",
            script: ScriptedServer.greeting + accept + [.say("354 more\r\n354 more\r\n")],
            first: "status=deferred", second: "status=deferred"),
        Case(
            name: "says nothing",
            script: [],
            first:
                "status=deferred (conversation with mx.example.test[s] timed out while receiving the initial server greeting)",
            second: "dsn=4.4.2", limits: ClientTimeLimits(greeting: .seconds(1))),
        Case(
            name: "stops answering after the content",
            script: ScriptedServer.greeting + accept,
            first:
                "status=deferred (conversation with mx.example.test[s] timed out while sending end of data",
            second: "status=deferred", limits: ClientTimeLimits(dataEnd: .seconds(1))),
        Case(
            name: "no pipelining, command by command",
            script: [
                .say("220 x\r\n"), .hear("LHLO"), .say("250 x\r\n"), .hear("MAIL"), .say("250 Ok\r\n"),
                .hear("RCPT"), .say("250 Ok\r\n"), .hear("RCPT"), .say("550 no\r\n"), .hear("DATA"),
                .say("354 go\r\n"), .hearContent, .say("250 saved\r\n"),
            ],
            first: "dsn=2.0.0, status=sent (250 saved)",
            second: "dsn=5.0.0, status=bounced (host mx.example.test[s] said: 550 no"),
    ]

    @Test(arguments: cases) func `the outcome is right for each recipient`(_ each: Case) async throws {
        let directory = try TemporaryDirectory("odd")
        let server = try ScriptedServer(path: directory.appending("s"), [each.script])
        var settings = LMTPSettings(hostname: "mx.example.test", socketDirectory: directory.path)
        settings.limits = each.limits
        let house = try DeliveryHouse(
            guide: FixedGuide("lmtp", "unix:s"), agents: ["lmtp": LMTPAgent(settings)])
        try await house.send(from: "", to: ["a@example.org", "b@example.org"], content: "x\r\n.y\r\n")
        let first = try await house.log.line(containing: "to=<a@example.org>")
        let second = try await house.log.line(containing: "to=<b@example.org>")
        #expect(first.contains(each.first))
        #expect(second.contains(each.second))
        #expect(!server.path.isEmpty)
        try await house.stop()
    }

    @Test func `a connection that was idle and is gone is replaced without a word`() async throws {
        let directory = try TemporaryDirectory("odd")
        let once: [ScriptedServer.Step] =
            ScriptedServer.greeting + [
                .hear("DATA"), .say("250 Ok\r\n250 Ok\r\n354 go\r\n"), .hearContent,
                .say("250 2.0.0 saved\r\n"),
            ]
        // The first connection closes on the second MAIL; the second connection takes it.
        let server = try ScriptedServer(
            path: directory.appending("s"), [once + [.hear("MAIL"), .hangUp], once])
        var settings = LMTPSettings(hostname: "mx.example.test", socketDirectory: directory.path)
        settings.idleTime = .seconds(3600)
        let agent = LMTPAgent(settings)
        let house = try DeliveryHouse(guide: FixedGuide("lmtp", "unix:s"), agents: ["lmtp": agent])
        let one = try await house.send(from: "a@example.org", to: ["b@example.org"], content: "1\r\n")
        _ = try await house.log.line(containing: "\(one): removed")
        let two = try await house.send(from: "a@example.org", to: ["b@example.org"], content: "2\r\n")
        _ = try await house.log.line(containing: "\(two): removed")
        #expect(server.lines.filter { $0.hasPrefix("LHLO") }.count == 2)
        #expect(!house.log.lines.contains { $0.contains("deferred") })
        try await house.stop()
    }

    @Test func `one connection serves message after message`() async throws {
        let directory = try TemporaryDirectory("odd")
        let transaction: [ScriptedServer.Step] = [
            .hear("DATA"), .say("250 Ok\r\n250 Ok\r\n354 go\r\n"), .hearContent, .say("250 2.0.0 saved\r\n"),
        ]
        let script = ScriptedServer.greeting + (0..<5).flatMap { _ in transaction }
        let server = try ScriptedServer(path: directory.appending("s"), [script])
        var settings = LMTPSettings(hostname: "mx.example.test", socketDirectory: directory.path)
        settings.idleTime = .seconds(3600)
        let agent = LMTPAgent(settings)
        let house = try DeliveryHouse(guide: FixedGuide("lmtp", "unix:s"), agents: ["lmtp": agent])
        for _ in 0..<5 {
            let id = try await house.send(from: "a@example.org", to: ["b@example.org"], content: "1\r\n")
            _ = try await house.log.line(containing: "\(id): removed")
        }
        #expect(server.lines.filter { $0.hasPrefix("LHLO") }.count == 1)
        #expect(server.lines.filter { $0.hasPrefix("MAIL FROM:<a@example.org>") }.count == 5)
        try await house.stop()
    }
}
