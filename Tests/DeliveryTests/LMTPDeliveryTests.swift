import Foundation
import MailFormat
import MailQueue
import Peers
import Routing
import SMTPWire
import Testing

@testable import Delivery

@Suite struct LMTPDeliveryTests {
    private static func agent(_ directory: String = "/") -> LMTPAgent {
        LMTPAgent(LMTPSettings(hostname: "mx.example.test", socketDirectory: directory))
    }

    @Test func `a committed message is in Dovecot's mailbox byte for byte`() async throws {
        let dovecot = try await DovecotServer.start()
        let house = try DeliveryHouse(
            guide: FixedGuide("lmtp", "unix:\(dovecot.lmtpSocket)"), agents: ["lmtp": Self.agent()])
        let content = "Subject: dots\r\n\r\n.\r\n..two\r\n.leading\r\nend\r\n"
        let id = try await house.send(from: "a@example.org", to: ["john@example.org"], content: content)
        let messages = try await dovecot.messages(of: "john@example.org", count: 1)
        #expect(String(decoding: messages[0], as: UTF8.self).hasSuffix(content.replacing("\r\n", with: "\n")))
        let line = try await house.log.line(containing: "status=sent")
        #expect(
            line.hasPrefix(
                "lmtp: \(id): to=<john@example.org>, relay=mx.example.test[\(dovecot.lmtpSocket)], delay="))
        #expect(line.contains(", dsn=2.0.0, status=sent (250 2.0.0 <john@example.org> "))
        _ = try await house.log.line(containing: "qmgr: \(id): removed")
        try await house.stop()
    }

    @Test func `recipients that Dovecot refuses come back in a report and the others have their mail`()
        async throws
    {
        let dovecot = try await DovecotServer.start(users: ["john@example.org", "sender@example.org"])
        let house = try DeliveryHouse(
            guide: FixedGuide("lmtp", "inet:127.0.0.1:\(dovecot.lmtpPort)"), agents: ["lmtp": Self.agent()])
        let id = try await house.send(
            from: "sender@example.org", to: ["john@example.org", "nobody@example.org"],
            content: "Subject: two\r\n\r\nhello\r\n")
        #expect(try await dovecot.messages(of: "john@example.org", count: 1).count == 1)
        let report = String(
            decoding: try await dovecot.messages(of: "sender@example.org", count: 1)[0], as: UTF8.self)
        #expect(report.contains("Final-Recipient: rfc822; nobody@example.org"))
        #expect(report.contains("Action: failed"))
        #expect(!report.contains("Final-Recipient: rfc822; john@example.org"))
        #expect(report.contains("Subject: two"))
        let line = try await house.log.line(containing: "status=bounced")
        #expect(
            line.contains(
                "(host 127.0.0.1[127.0.0.1] said: 550 5.1.1 <nobody@example.org>"))
        #expect(line.contains("(in reply to RCPT TO command))"))
        _ = try await house.log.line(containing: "bounce: \(id): sender non-delivery notification: ")
        try await house.stop()
    }

    @Test func `a destination that cannot be reached keeps its mail and is tried again`() async throws {
        let directory = try TemporaryDirectory("lmtp")
        let socket = directory.appending("sink")
        var settings = DeliverySettings(hostname: "mx.example.test")
        settings.rest = .milliseconds(100)
        let house = try DeliveryHouse(
            guide: FixedGuide("lmtp", "unix:sink"), agents: ["lmtp": Self.agent(directory.path)],
            schedule: RetrySchedule(minimalBackoff: .milliseconds(300), maximalBackoff: .milliseconds(300)),
            settings: settings)
        try await house.send(from: "a@example.org", to: ["john@example.org"], content: "x\r\n")
        let line = try await house.log.line(containing: "status=deferred")
        #expect(line.contains("relay=none"))
        #expect(
            line.contains(
                "dsn=4.4.1, status=deferred (connect to mx.example.test[sink]: No such file or directory)"))
        let sink = try LMTPSink(path: socket)
        #expect(try await sink.messages(count: 1)[0].recipients == ["john@example.org"])
        try await house.stop()
    }

    @Test func `a large message is streamed from its file and its file goes away`() async throws {
        let directory = try TemporaryDirectory("lmtp")
        let sink = try LMTPSink(path: directory.appending("sink"))
        let house = try DeliveryHouse(
            guide: FixedGuide("lmtp", "unix:sink"), agents: ["lmtp": Self.agent(directory.path)])
        let line = String(repeating: "x", count: 70)
        let content = (0..<20_000).map { ".\(line)\($0)\r\n" }.joined()
        try await house.send(from: "a@example.org", to: ["b@example.org"], content: content)
        let message = try await sink.messages(count: 1)[0]
        #expect(message.content == content.split(separator: "\r\n").map { ".\($0)\r\n" }.joined())
        _ = try await house.log.line(containing: "removed")
        let files = house.directory.appending("queue/martlet/content")
        #expect(
            try await Eventually.holds { try FileManager.default.contentsOfDirectory(atPath: files).isEmpty })
        try await house.stop()
    }
}

@Suite struct StoppingTests {
    @Test func `a stop lets what is under way finish`() async throws {
        let directory = try TemporaryDirectory("stop")
        let answer = DispatchSemaphore(value: 0)
        let server = try ScriptedServer(
            path: directory.appending("s"),
            [
                ScriptedServer.greeting + [
                    .hear("DATA"), .say("250 Ok\r\n250 Ok\r\n354 go\r\n"), .hearContent, .wait(answer),
                    .say("250 2.0.0 saved\r\n"),
                ]
            ])
        let agent = LMTPAgent(LMTPSettings(hostname: "mx.example.test", socketDirectory: directory.path))
        var settings = DeliverySettings(hostname: "mx.example.test")
        settings.grace = .seconds(600)
        let house = try DeliveryHouse(
            guide: FixedGuide("lmtp", "unix:s"), agents: ["lmtp": agent], settings: settings)
        let id = try await house.send(from: "a@example.org", to: ["b@example.org"], content: "x\r\n")
        #expect(await Eventually.holds { server.lines.contains("DATA") })
        async let stopping: Void = house.stop()
        try await Task.sleep(for: .milliseconds(300))
        answer.signal()
        try await stopping
        #expect(house.log.lines.contains { $0.contains("\(id): removed") })
    }

    @Test(.timeLimit(.minutes(5)))
    func `what does not finish in time stays queued and is delivered after the next start`()
        async throws
    {
        let directory = try TemporaryDirectory("stop")
        let server = try ScriptedServer(
            path: directory.appending("s"), [ScriptedServer.greeting + [.hear("DATA")]])
        // The server never answers: without the grace's end this would take an hour.
        var patient = LMTPSettings(hostname: "mx.example.test", socketDirectory: directory.path)
        patient.limits = ClientTimeLimits(
            mail: .seconds(3600), recipient: .seconds(3600), dataStart: .seconds(3600))
        let agent = LMTPAgent(patient)
        var settings = DeliverySettings(hostname: "mx.example.test")
        settings.grace = .milliseconds(300)
        let house = try DeliveryHouse(
            guide: FixedGuide("lmtp", "unix:s"), agents: ["lmtp": agent], directory: directory,
            settings: settings)
        try await house.send(from: "a@example.org", to: ["b@example.org"], content: "x\r\n")
        #expect(await Eventually.holds { server.lines.contains("DATA") })
        try await house.stop()
        #expect(!house.log.lines.contains { $0.contains("status=") })

        let sink = try LMTPSink(path: directory.appending("t"))
        let again = try DeliveryHouse(
            guide: FixedGuide("lmtp", "unix:t"),
            agents: [
                "lmtp": LMTPAgent(LMTPSettings(hostname: "mx.example.test", socketDirectory: directory.path))
            ],
            directory: directory)
        #expect(try await sink.messages(count: 1)[0].recipients == ["b@example.org"])
        try await again.stop()
    }

    @Test func `a hundred messages side by side are each delivered once`() async throws {
        let directory = try TemporaryDirectory("stop")
        let sink = try LMTPSink(path: directory.appending("t"))
        let house = try DeliveryHouse(
            guide: FixedGuide("lmtp", "unix:t"),
            agents: [
                "lmtp": LMTPAgent(LMTPSettings(hostname: "mx.example.test", socketDirectory: directory.path))
            ])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    try await house.send(
                        from: "a@example.org", to: ["b\(number)@example.org"], content: "\(number)\r\n")
                }
            }
            try await group.waitForAll()
        }
        let messages = try await sink.messages(count: 100)
        #expect(Set(messages.map { $0.recipients[0] }).count == 100)
        try await Task.sleep(for: .milliseconds(200))
        #expect(sink.messages.count == 100)
        try await house.stop()
    }
}
