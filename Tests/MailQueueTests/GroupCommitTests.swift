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
}
