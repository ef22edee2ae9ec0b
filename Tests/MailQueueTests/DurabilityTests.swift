import Foundation
import GRDB
import MailFormat
import NIOCore
import Peers
import Testing

@testable import MailQueue

@Suite struct DurabilityTests {
    @Test func `a committed message is due at once and still there after a restart`() async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        let id = try await Fixture.commit(queue, to: ["a@example.org", "b b@example.org"], content: "hello\r\n")
        let message = try await Fixture.due(queue, count: 1)[0]
        #expect(message.id == id)
        await queue.close()

        let again = try Fixture.open(directory)
        let restored = try await Fixture.due(again, count: 1)[0]
        #expect(restored.id == id)
        #expect(restored.sender == message.sender)
        #expect(restored.recipients == message.recipients)
        #expect(restored.origin == message.origin)
        #expect(restored.arrived == message.arrived)
        #expect(restored.isEightBit)
        #expect(try Fixture.text(await again.content(of: restored)) == "hello\r\n")
        await again.close()
    }

    @Test func `finished recipients are never handed out again`() async throws {
        let directory = try TemporaryDirectory("queue")
        let clock = TestClock()
        let queue = try Fixture.open(directory, clock: clock)
        try await Fixture.commit(queue, to: ["a@example.org", "b@example.org", "c@example.org"])
        let message = try await Fixture.due(queue, count: 1)[0]
        let reason = Deferral(status: EnhancedStatusCode(.persistentTransientFailure, 2, 2), reason: "full")
        let settled = await queue.settle(Settlement(message: message, finished: [0, 2], deferred: [(1, reason)]))
        #expect(settled == .waits(until: clock.now + .seconds(300)))
        await queue.close()

        let again = try Fixture.open(directory, clock: clock)
        clock.advance(.seconds(301))
        again.tick()
        let rest = try await Fixture.due(again, count: 1)[0]
        #expect(rest.recipients.map(\.position) == [1])
        #expect(rest.recipients[0].lastDeferral == reason)
        #expect(await again.settle(Settlement(message: rest, finished: [1])) == .removed)
        await again.close()
        let store = try DatabaseQueue(path: directory.appending("queue/martlet/queue.sqlite"))
        for table in ["message", "waiting", "recipient_state"] {
            #expect(try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } == 0)
        }
    }
}
