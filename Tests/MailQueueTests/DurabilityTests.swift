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
        let id = try await Fixture.commit(
            queue, to: ["a@example.org", "b b@example.org"], content: "hello\r\n")
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
        let settled = await queue.settle(
            Settlement(message: message, finished: [0, 2], deferred: [(1, reason)]))
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

@Suite struct CrashTests {
    /// Copies the store as it lies on the disk, without closing it: what a killed server leaves.
    private func snapshot(of directory: TemporaryDirectory) throws -> TemporaryDirectory {
        let copy = try TemporaryDirectory("queue")
        try FileManager.default.copyItem(
            atPath: directory.appending("queue"), toPath: copy.appending("queue"))
        return copy
    }

    @Test func `what was committed is there after the server was killed`() async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        var ids: [QueueID] = []
        for _ in 0..<20 { ids.append(try await Fixture.commit(queue)) }
        let copy = try snapshot(of: directory)
        let again = try Fixture.open(copy)
        #expect(try await Fixture.due(again, count: 20).map(\.id) == ids)
        await again.close()
        await queue.close()
    }

    @Test(arguments: [1, 100, 5000, 9000])
    func `a torn write-ahead log loses at most what was at its end and harms nothing before it`(
        cut: Int
    ) async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        var ids: [QueueID] = []
        for _ in 0..<10 { ids.append(try await Fixture.commit(queue, content: "content \(ids.count)\r\n")) }
        let copy = try snapshot(of: directory)
        await queue.close()
        let log = copy.appending("queue/martlet/queue.sqlite-wal")
        let size = try #require(try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int)
        #expect(truncate(log, off_t(size - cut)) == 0)
        let again = try Fixture.open(copy)
        let found = try await Fixture.due(again, count: 7)
        #expect(found.map(\.id) == Array(ids.prefix(found.count)))
        for (index, message) in found.enumerated() {
            #expect(try Fixture.text(await again.content(of: message)) == "content \(index)\r\n")
        }
        try await Fixture.commit(again)
        await again.close()
    }

    @Test func `a file that no message names is removed at the next start`() async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        let large = String(repeating: "x", count: 100_000)
        let kept = try await Fixture.commit(queue, content: large)
        let orphan = directory.appending("queue/martlet/content/4XyzKt3B0dz7Pq2")
        try Data("half".utf8).write(to: URL(fileURLWithPath: orphan))
        await queue.close()
        let again = try Fixture.open(directory)
        #expect(!FileManager.default.fileExists(atPath: orphan))
        let message = try await Fixture.due(again, count: 1)[0]
        #expect(message.id == kept)
        #expect(try Fixture.text(await again.content(of: message)) == large)
        await again.close()
    }
}
