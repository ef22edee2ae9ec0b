import Foundation
import LookupTables
import MailFormat
import MailQueue
import NIOCore
import Peers
import Routing
import Testing

@testable import Delivery

@Suite struct BounceTests {
    /// Everything fails, save what goes to the sink.
    private func guide(_ failing: String = "error:5.7.1 not today") -> FixedGuide {
        FixedGuide { address throws(LookupFailure) in
            switch address.domain {
            case "good.example": Route(transport: "lmtp", nextHop: "unix:sink")
            case "unknown.example": throw LookupFailure(table: "mysql:x", cause: .unavailable, reason: "away")
            case "smtp.example": Route(transport: "smtp", nextHop: "smtp.example")
            default: Route(transport: "error", nextHop: String(failing.dropFirst(6)))
            }
        }
    }

    private func house(
        _ directory: TemporaryDirectory, _ guide: FixedGuide, schedule: RetrySchedule = RetrySchedule()
    ) throws -> DeliveryHouse {
        let agent = LMTPAgent(LMTPSettings(hostname: "mx.example.test", socketDirectory: directory.path))
        return try DeliveryHouse(guide: guide, agents: ["lmtp": agent], schedule: schedule)
    }

    @Test func `a failed recipient is reported to the sender with all that RFC 3464 asks for`() async throws {
        let directory = try TemporaryDirectory("bnc")
        let sink = try LMTPSink(path: directory.appending("sink"))
        let house = try house(directory, guide())
        let content = "From: <me@good.example>\r\nSubject: caf\u{e9}\r\n\r\n.body\r\n"
        let id = try await house.send(
            from: "me@good.example", to: ["x@bad.example", "y@bad.example"], content: content,
            isEightBit: true)
        let report = try await sink.messages(count: 1)[0]
        #expect(report.sender == "")
        #expect(report.recipients == ["me@good.example"])
        let text = report.content.replacing("\r\n..", with: "\r\n.")
        let boundary = try #require(try #/boundary="([^"]+)"/#.firstMatch(in: text)).1
        let parts = text.components(separatedBy: "--\(boundary)")
        #expect(parts.count == 5)
        #expect(parts[0].contains("Content-Type: multipart/report; report-type=delivery-status;"))
        #expect(parts[0].contains("From: Mail Delivery System <MAILER-DAEMON@mx.example.test>\r\n"))
        #expect(parts[0].contains("To: me@good.example\r\n"))
        #expect(parts[0].contains("Auto-Submitted: auto-replied\r\n"))
        #expect(parts[1].contains("<x@bad.example>: not today\r\n"))
        #expect(parts[2].contains("Content-Type: message/delivery-status\r\n"))
        #expect(parts[2].contains("Reporting-MTA: dns; mx.example.test\r\nX-Postfix-Queue-ID: \(id)\r\n"))
        let groups = parts[2].components(separatedBy: "\r\n\r\n")
        #expect(
            groups[2]
                == "Final-Recipient: rfc822; x@bad.example\r\nOriginal-Recipient: rfc822;x@bad.example\r\nAction: failed\r\n"
                + "Status: 5.7.1\r\nDiagnostic-Code: X-Postfix; not today")
        #expect(groups[3].hasPrefix("Final-Recipient: rfc822; y@bad.example\r\n"))
        #expect(parts[3].contains("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"))
        #expect(parts[3].hasSuffix("\r\n\r\nReturn-Path: <me@good.example>\r\n" + content + "\r\n"))
        #expect(parts[4] == "--\r\n")
        _ = try await house.log.line(containing: "error: \(id): to=<x@bad.example>, relay=none, delay=")
        _ = try await house.log.line(containing: "dsn=5.7.1, status=bounced (not today)")
        try await house.stop()
    }

    @Test func `nobody hears of a copy that failed`() async throws {
        let directory = try TemporaryDirectory("bnc")
        let sink = try LMTPSink(path: directory.appending("sink"))
        let house = try house(directory, guide())
        let copy = EnvelopeRecipient(
            address: MailAddress("copy@bad.example"), original: MailAddress("copy@bad.example"),
            isReported: false)
        let alone = try await house.send(
            from: "me@good.example", to: [], further: [copy], content: "x\r\n")
        _ = try await house.log.line(containing: "qmgr: \(alone): removed")
        #expect(!house.log.lines.contains { $0.contains("non-delivery") })
        try await house.send(
            from: "me@good.example", to: ["x@bad.example"], further: [copy], content: "x\r\n")
        let report = try await sink.messages(count: 1)[0].content
        #expect(report.contains("Final-Recipient: rfc822; x@bad.example"))
        #expect(!report.contains("copy@bad.example"))
        try await house.stop()
    }

    @Test(arguments: ["", "double-bounce@mx.example.test"])
    func `a report that fails is not reported`(sender: String) async throws {
        let directory = try TemporaryDirectory("bnc")
        let house = try house(directory, guide())
        let id = try await house.send(from: sender, to: ["x@bad.example"], content: "x\r\n")
        _ = try await house.log.line(containing: "qmgr: \(id): removed")
        #expect(!house.log.lines.contains { $0.contains("non-delivery") })
        let listing = try #require(try QueueListing(directory: house.queue.settings.directory))
        try listing.forEach { Issue.record("left: \($0)") }
        try await house.stop()
    }

    @Test func `a large message goes back as its header`() async throws {
        let directory = try TemporaryDirectory("bnc")
        let sink = try LMTPSink(path: directory.appending("sink"))
        let house = try house(directory, guide())
        let header = "Subject: large\r\nX-Folded: a\r\n b\r\n"
        try await house.send(
            from: "me@good.example", to: ["x@bad.example"],
            content: header + "\r\n" + String(repeating: "line\r\n", count: 30_000))
        let text = try await sink.messages(count: 1)[0].content
        #expect(
            text.contains(
                "Content-Type: text/rfc822-headers\r\n\r\nReturn-Path: <me@good.example>\r\n\(header)\r\n"))
        #expect(!text.contains("line\r\n"))
        try await house.stop()
    }

    @Test func `a message that has waited too long goes back with its last reason`() async throws {
        let directory = try TemporaryDirectory("bnc")
        let sink = try LMTPSink(path: directory.appending("sink"))
        let house = try house(
            directory, guide(),
            schedule: RetrySchedule(
                minimalBackoff: .milliseconds(200), maximalBackoff: .milliseconds(200),
                lifetime: .milliseconds(300)))
        let id = try await house.send(from: "me@good.example", to: ["x@smtp.example"], content: "x\r\n")
        let text = try await sink.messages(count: 1)[0].content
        #expect(text.contains("Status: 4.3.5\r\n"))
        #expect(text.contains("no delivery agent for transport smtp"))
        _ = try await house.log.line(
            containing: "qmgr: \(id): from=<me@good.example>, status=expired, returned to sender")
        try await house.stop()
    }

    @Test func `what cannot be routed or delivered waits with its reason`() async throws {
        let directory = try TemporaryDirectory("bnc")
        let house = try house(directory, guide())
        let id = try await house.send(
            from: "me@good.example", to: ["x@smtp.example", "y@unknown.example"], content: "x\r\n")
        let routed = try await house.log.line(containing: "to=<x@smtp.example>")
        #expect(routed.contains("dsn=4.3.5, status=deferred (no delivery agent for transport smtp: "))
        let unrouted = try await house.log.line(containing: "to=<y@unknown.example>")
        #expect(unrouted.contains("dsn=4.3.0, status=deferred (address resolver failure)"))
        _ = try await house.log.line(
            containing: "qmgr: warning: \(id): cannot route <y@unknown.example>: mysql:x: away")
        try await house.stop()
    }

    @Test func `a report whose address cannot be found out waits with the recipients`() async throws {
        let directory = try TemporaryDirectory("bnc")
        var guide = guide()
        guide.expansion = { _ throws(LookupFailure) in
            throw LookupFailure(table: "mysql:aliases", cause: .unavailable, reason: "away")
        }
        let house = try house(directory, guide)
        let id = try await house.send(from: "me@good.example", to: ["x@bad.example"], content: "x\r\n")
        _ = try await house.log.line(
            containing: "\(id): cannot make the delivery report now: mysql:aliases: away")
        // Once it has stopped, what came of the attempt is written.
        try await house.stop()
        var waiting: [QueueID] = []
        let listing = try #require(try QueueListing(directory: house.queue.settings.directory))
        try listing.forEach { waiting.append($0.message.id) }
        #expect(waiting == [id])
    }

    @Test func `a message whose content is lost is reported without it`() async throws {
        let directory = try TemporaryDirectory("bnc")
        let sink = try LMTPSink(path: directory.appending("sink"))
        let log = LogRecorder()
        let queue = try MailQueue(
            QueueSettings(directory: directory.appending("queue/martlet")), logger: log.logger("qmgr"))
        let draft = queue.begin()
        try await draft.append(ByteBuffer(repeating: UInt8(ascii: "x"), count: 100_000))
        try await draft.commit(
            Envelope(
                sender: ReversePath("me@good.example"),
                recipients: [
                    EnvelopeRecipient(
                        address: MailAddress("x@good.example"), original: MailAddress("x@good.example"))
                ],
                origin: Envelope.Origin(clientName: "", clientAddress: "", heloName: "", protocolName: "SMTP")
            ))
        await queue.close()
        try FileManager.default.removeItem(atPath: directory.appending("queue/martlet/content/\(draft.id)"))
        let agent = LMTPAgent(LMTPSettings(hostname: "mx.example.test", socketDirectory: directory.path))
        let house = try DeliveryHouse(guide: guide(), agents: ["lmtp": agent], directory: directory)
        let report = try await sink.messages(count: 1)[0]
        #expect(report.recipients == ["me@good.example"])
        #expect(report.content.contains("<x@good.example>: the message's content is lost"))
        _ = try await house.log.line(containing: "qmgr: \(draft.id): removed")
        try await house.stop()
    }

    @Test func `a failed address cannot bring fields into the report`() async throws {
        let directory = try TemporaryDirectory("bnc")
        let sink = try LMTPSink(path: directory.appending("sink"))
        let house = try house(directory, guide())
        try await house.send(
            from: "me@good.example", to: ["x\r\nAction: delivered\r\n\r\n@bad.example"], content: "x\r\n")
        let report = try await sink.messages(count: 1)[0]
        #expect(!report.content.contains("\nAction: delivered"))
        #expect(report.content.contains("x??Action: delivered"))
        try await house.stop()
    }
}
