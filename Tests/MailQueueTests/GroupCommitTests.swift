import Foundation
import GRDB
import MailFormat
import NIOCore
import Peers
import Testing

@testable import MailQueue

@Suite struct GroupCommitTests {
    @Test func `messages that arrive together share transactions`() async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        let ids = try await withThrowingTaskGroup(of: QueueID.self) { group in
            for _ in 0..<200 { group.addTask { try await Fixture.commit(queue) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 200)
        #expect(queue.groupCount < 150)
        let due = try await Fixture.due(queue, count: 200)
        #expect(Set(due.map(\.id)) == ids)
        let before = queue.groupCount
        await withDiscardingTaskGroup { group in
            for message in due {
                group.addTask { _ = await queue.settle(Settlement(message: message, finished: [0])) }
            }
        }
        #expect(queue.groupCount - before < 150)
        await queue.close()
    }

    @Test func `when the store is full new mail is refused and what was delivered is still recorded`()
        async throws
    {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        try await Fixture.commit(queue)
        let message = try await Fixture.due(queue, count: 1)[0]
        let store = queue.writer.database
        try await store.writeWithoutTransaction { _ = try Int.fetchOne($0, sql: "PRAGMA max_page_count = 1") }
        await #expect {
            for _ in 0..<40 {
                try await Fixture.commit(queue, content: String(repeating: "x", count: 60_000))
            }
        } throws: { ($0 as? QueueFailure)?.cause == .insufficientStorage }
        try await store.writeWithoutTransaction {
            _ = try Int.fetchOne($0, sql: "PRAGMA max_page_count = 100000")
        }
        #expect(await queue.settle(Settlement(message: message, finished: [0])) == .removed)
        try await Fixture.commit(queue)
        await queue.close()
    }

    @Test func `too little free space is insufficient storage`() async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory) { $0.minimumFree = .max }
        await #expect {
            try await Fixture.commit(queue)
        } throws: { ($0 as? QueueFailure)?.cause == .insufficientStorage }
        await queue.close()
    }

    @Test func `a report enters exactly when its recipients leave`() async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        try await Fixture.commit(queue, to: ["gone@example.org"])
        let message = try await Fixture.due(queue, count: 1)[0]
        let envelope = Fixture.envelope(["sender@example.org"], sender: "")
        let report = queue.prepareReport(envelope) { id, _ in ByteBuffer(string: "report \(id)\r\n") }
        let before = queue.groupCount
        #expect(await queue.settle(Settlement(message: message, finished: [0], report: report)) == .removed)
        #expect(queue.groupCount == before + 1)
        let arrived = try await Fixture.due(queue, count: 1)[0]
        #expect(arrived.id == report.id)
        #expect(arrived.sender == .null)
        #expect(try Fixture.text(await queue.content(of: arrived)) == "report \(report.id)\r\n")
        await queue.close()
    }

    @Test func `one message that cannot be written keeps no others from it`() async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        let store = queue.writer.database
        try await store.writeWithoutTransaction {
            try $0.execute(
                sql: """
                    CREATE TEMP TRIGGER poison BEFORE INSERT ON message WHEN CAST(NEW.sender AS TEXT) = 'poison@example.org'
                    BEGIN SELECT RAISE(ABORT, 'poison'); END
                    """)
        }
        let outcomes = await withTaskGroup(of: (isPoison: Bool, isStored: Bool).self) { group in
            // While the store is busy, all of these gather to a group.
            group.addTask {
                _ = try? await store.writeWithoutTransaction { _ in usleep(300_000) }
                return (false, true)
            }
            try? await Task.sleep(for: .milliseconds(100))
            for number in 0..<20 {
                let isPoison = number == 10
                group.addTask {
                    let id = try? await Fixture.commit(
                        queue, sender: isPoison ? "poison@example.org" : "good@example.org")
                    return (isPoison, id != nil)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for outcome in outcomes { #expect(outcome.isStored == !outcome.isPoison) }
        _ = try await Fixture.due(queue, count: 19)
        await queue.close()
    }

    @Test func `the row of a message in a file is gone for good before the file goes`() async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        for (size, synchronous) in [(100_000, 2), (100, 1)] {
            try await Fixture.commit(queue, content: String(repeating: "x", count: size))
            let message = try await Fixture.due(queue, count: 1)[0]
            #expect(await queue.settle(Settlement(message: message, finished: [0])) == .removed)
            let mode = try await queue.writer.database.writeWithoutTransaction {
                try Int.fetchOne($0, sql: "PRAGMA synchronous")
            }
            #expect(mode == synchronous)
        }
        await queue.close()
    }

    @Test func `content that is gone is told from content that cannot be read now`() async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        let id = try await Fixture.commit(queue, content: String(repeating: "x", count: 100_000))
        let message = try await Fixture.due(queue, count: 1)[0]
        let files = directory.appending("queue/martlet/content")
        try FileManager.default.moveItem(atPath: files, toPath: "\(files)-away")
        _ = try await queue.content(of: message)
        try FileManager.default.moveItem(atPath: "\(files)-away", toPath: files)
        try FileManager.default.removeItem(atPath: "\(files)/\(id)")
        await #expect {
            _ = try await queue.content(of: message)
        } throws: { ($0 as? QueueFailure)?.cause == .contentLost }
        await queue.close()
    }

    @Test func `a recipient that waits for the same reason as before is not written again`() async throws {
        let directory = try TemporaryDirectory("queue")
        let clock = TestClock()
        let queue = try Fixture.open(directory, clock: clock)
        try await Fixture.commit(queue, to: ["a@example.org", "b@example.org", "c@example.org"])
        let away = Deferral(status: EnhancedStatusCode(.persistentTransientFailure, 4, 1), reason: "away")
        let full = Deferral(status: EnhancedStatusCode(.persistentTransientFailure, 2, 2), reason: "full")
        func changes() async throws -> Int {
            try await queue.writer.database.writeWithoutTransaction {
                try Int.fetchOne($0, sql: "SELECT total_changes()") ?? 0
            }
        }
        // The waiting row, and each recipient whose reason is new.
        for (last, expected) in [(away, 4), (away, 1), (full, 2)] {
            clock.advance(.seconds(5000))
            queue.tick()
            let message = try await Fixture.due(queue, count: 1)[0]
            let before = try await changes()
            _ = await queue.settle(
                Settlement(message: message, deferred: [(0, away), (1, away), (2, last)]))
            #expect(try await changes() - before == expected)
        }
        clock.advance(.seconds(5000))
        queue.tick()
        let message = try await Fixture.due(queue, count: 1)[0]
        #expect(message.recipients.map(\.lastDeferral) == [away, away, full])
        await queue.close()
    }
}
