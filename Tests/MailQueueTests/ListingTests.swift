import Foundation
import MailFormat
import Peers
import Testing

@testable import MailQueue

@Suite struct ListingTests {
    @Test func `the queue is listed beside its server as mailq lists it`() async throws {
        let directory = try TemporaryDirectory("queue")
        let clock = TestClock()
        let queue = try Fixture.open(directory, clock: clock) {
            // Into the future, so that the message still waits when the listing looks at its own clock.
            $0.schedule = RetrySchedule(minimalBackoff: .seconds(1 << 32), maximalBackoff: .seconds(1 << 32))
        }
        let waiting = try await Fixture.commit(
            queue, to: ["a@example.org", "b@example.org", "c@example.org"])
        let message = try await Fixture.due(queue, count: 1)[0]
        let full = Deferral(
            status: EnhancedStatusCode(.persistentTransientFailure, 2, 2), reason: "mailbox \"a\" is full")
        _ = await queue.settle(Settlement(message: message, finished: [1], deferred: [(0, full), (2, full)]))
        let active = try await Fixture.commit(queue, to: ["d@example.org"], sender: "")

        let listing = try #require(try QueueListing(directory: directory.appending("queue/martlet")))
        var table = MailqFormat()
        var lines: [String] = []
        var json: [String] = []
        try listing.forEach { entry in
            lines += table.lines(for: entry)
            json.append(QueueJSONFormat().line(for: entry))
        }
        lines += table.closing
        #expect(lines[0] == "----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------")
        #expect(lines[1].hasPrefix("\(waiting)         20 "))
        #expect(
            try #/.{27}[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d sender@example.org/#.wholeMatch(
                in: lines[1]) != nil)
        #expect(lines[2] == String(repeating: " ", count: 57) + "(mailbox \"a\" is full)")
        #expect(lines[3] == String(repeating: " ", count: 47) + "a@example.org")
        #expect(lines[4] == String(repeating: " ", count: 47) + "c@example.org")
        #expect(lines[5] == "")
        #expect(lines[6].hasPrefix("\(active)*        20 "))
        #expect(lines[6].hasSuffix(" MAILER-DAEMON"))
        #expect(
            lines[7...] == [
                String(repeating: " ", count: 47) + "d@example.org", "", "-- 0 Kbytes in 2 Requests.",
            ])
        #expect(
            json == [
                """
                {"queue_name": "deferred", "queue_id": "\(waiting)", "arrival_time": \(message.arrived.seconds), \
                "message_size": 20, "forced_expire": false, "sender": "sender@example.org", "recipients": \
                [{"address": "a@example.org", "delay_reason": "mailbox \\"a\\" is full"}, \
                {"address": "c@example.org", "delay_reason": "mailbox \\"a\\" is full"}]}
                """,
                """
                {"queue_name": "active", "queue_id": "\(active)", "arrival_time": \(message.arrived.seconds), \
                "message_size": 20, "forced_expire": false, "sender": "MAILER-DAEMON", "recipients": \
                [{"address": "d@example.org"}]}
                """,
            ])
        for line in json { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        await queue.close()
    }

    @Test func `where no queue was made there is none to list`() throws {
        let directory = try TemporaryDirectory("queue")
        let listing = try QueueListing(directory: directory.path)
        #expect(listing == nil)
        #expect(MailqFormat().closing == ["Mail queue is empty"])
    }
}
