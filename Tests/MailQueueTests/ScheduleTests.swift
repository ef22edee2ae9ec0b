import Foundation
import MailFormat
import Peers
import Testing

@testable import MailQueue

@Suite struct ScheduleTests {
    private static let arrived = Timestamp(microseconds: 1_790_000_000_000_000)

    @Test(arguments: [
        (age: 0, wait: 300), (age: 299, wait: 300), (age: 301, wait: 301), (age: 600, wait: 600),
        (age: 3999, wait: 3999), (age: 4001, wait: 4000), (age: 400_000, wait: 4000),
    ])
    func `the wait is the message's age within its bounds`(age: Int, wait: Int) {
        let now = Self.arrived + .seconds(age)
        #expect(RetrySchedule().nextAttempt(arrived: Self.arrived, now: now) == now + .seconds(wait))
    }

    @Test func `messages and reports expire after their lifetimes`() {
        let schedule = RetrySchedule(lifetime: .seconds(1000), bounceLifetime: .seconds(10))
        let later = Self.arrived + .seconds(999)
        #expect(!schedule.isExpired(arrived: Self.arrived, isReport: false, now: later))
        #expect(schedule.isExpired(arrived: Self.arrived, isReport: false, now: later + .seconds(1)))
        #expect(schedule.isExpired(arrived: Self.arrived, isReport: true, now: later))
    }

    @Test func `a deferred message comes back when its time has come and not before`() async throws {
        let directory = try TemporaryDirectory("queue")
        let clock = TestClock()
        let queue = try Fixture.open(directory, clock: clock)
        let reason = Deferral(status: EnhancedStatusCode(.persistentTransientFailure, 4, 1), reason: "away")
        let first = try await Fixture.commit(queue)
        var message = try await Fixture.due(queue, count: 1)[0]
        for wait in [300, 300, 600, 1200, 2400, 4000, 4000] {
            let settled = await queue.settle(Settlement(message: message, deferred: [(0, reason)]))
            #expect(settled == .waits(until: clock.now + .seconds(wait)))
            clock.advance(.seconds(wait - 1))
            queue.tick()
            // Whatever is handed out first is the new one: the other is not due.
            let other = try await Fixture.commit(queue)
            let handed = try await Fixture.due(queue, count: 1)
            #expect(handed.map(\.id) == [other])
            _ = await queue.settle(Settlement(message: handed[0], finished: [0]))
            clock.advance(.seconds(1))
            queue.tick()
            message = try await Fixture.due(queue, count: 1)[0]
            #expect(message.id == first)
            #expect(message.recipients[0].lastDeferral == reason)
        }
        await queue.close()
    }

    @Test func `a backlog is handed out in order with a bounded number in memory`() async throws {
        let directory = try TemporaryDirectory("queue")
        var queue = try Fixture.open(directory) { $0.activeLimit = 10 }
        var ids: [QueueID] = []
        for _ in 0..<95 { ids.append(try await Fixture.commit(queue)) }
        var handed: [QueueID] = []
        var open: [QueuedMessage] = []
        for round in 0..<1000 where handed.count < 95 {
            if open.isEmpty { open = try #require(await queue.nextDue()) }
            #expect(open.count <= 10)
            let message = open.removeFirst()
            handed.append(message.id)
            _ = await queue.settle(Settlement(message: message, finished: [0]))
            if round == 40 {
                await queue.close()
                queue = try Fixture.open(directory) { $0.activeLimit = 10 }
                open = []
            }
        }
        #expect(handed == ids)
        await queue.close()
    }

    @Test func `a message comes back in time although the clock was set back`() async throws {
        let directory = try TemporaryDirectory("queue")
        let clock = TestClock()
        let queue = try Fixture.open(directory, clock: clock)
        let reason = Deferral(status: EnhancedStatusCode(.persistentTransientFailure, 4, 1), reason: "away")
        let id = try await Fixture.commit(queue)
        var message = try await Fixture.due(queue, count: 1)[0]
        _ = await queue.settle(Settlement(message: message, deferred: [(0, reason)]))
        clock.advance(.seconds(300))
        queue.tick()
        message = try await Fixture.due(queue, count: 1)[0]
        clock.advance(.seconds(-7200))
        let settled = await queue.settle(Settlement(message: message, deferred: [(0, reason)]))
        try #require(settled == .waits(until: clock.now + .seconds(300)))
        clock.advance(.seconds(300))
        queue.tick()
        #expect(try await Fixture.due(queue, count: 1).map(\.id) == [id])
        await queue.close()
    }

    @Test func `recipients in memory are bounded as messages are`() async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory) { $0.recipientLimit = 10 }
        var ids: [QueueID] = []
        for number in 0..<30 {
            // One has more than all may have together.
            let count = number == 7 ? 50 : 4
            ids.append(try await Fixture.commit(queue, to: (0..<count).map { "r\($0)@example.org" }))
        }
        var handed: [QueueID] = []
        var open: [QueuedMessage] = []
        while handed.count < ids.count {
            if open.isEmpty { open = try #require(await queue.nextDue()) }
            #expect(open.filter { $0.recipients.count == 4 }.count <= 3)
            let message = open.removeFirst()
            handed.append(message.id)
            _ = await queue.settle(Settlement(message: message, finished: Array(message.recipients.indices)))
        }
        #expect(handed == ids)
        await queue.close()
    }
}

@Suite struct QueueIDTests {
    @Test func `ids are unique, ascending and have the form of long queue ids`() throws {
        let clock = TestClock()
        let ids = QueueIDGenerator { clock.now }
        let made = (0..<5000).map { index in
            if index % 100 == 0 { clock.advance(.microseconds(50)) }
            return ids.next().0.description
        }
        #expect(Set(made).count == made.count)
        #expect(made == made.sorted())
        for id in made {
            #expect(
                try #/[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10}z[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-y]{4}/#
                    .wholeMatch(in: id) != nil)
        }
    }
}
