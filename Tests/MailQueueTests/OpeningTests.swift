import Foundation
import GRDB
import MailFormat
import NIOCore
import Peers
import Testing

@testable import MailQueue

@Suite struct OpeningTests {
    private func failure(_ directory: TemporaryDirectory) -> String {
        do {
            _ = try Fixture.open(directory)
            return "it opened"
        } catch {
            return "\(error)"
        }
    }

    @Test func `a queue has one server`() async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        #expect(failure(directory).contains("the queue is in use by process \(getpid())"))
        await queue.close()
        await (try Fixture.open(directory)).close()
    }

    @Test func `a store that is not ours is left alone`() throws {
        let directory = try TemporaryDirectory("queue")
        try directory.write("queue/martlet/queue.sqlite", String(repeating: "no database\n", count: 100))
        #expect(failure(directory).contains("this is no queue of Martlet's"))

        let other = try TemporaryDirectory("queue")
        _ = try other.makeDirectory("queue/martlet")
        let store = try DatabaseQueue(path: other.appending("queue/martlet/queue.sqlite"))
        try store.write { try $0.execute(sql: "CREATE TABLE mine (x)") }
        #expect(failure(other).contains("this is no queue of Martlet's"))
        #expect(try store.read { try $0.tableExists("mine") })
        #expect(try !store.read { try $0.tableExists("message") })
    }

    @Test func `a store of a newer version is not touched`() async throws {
        let directory = try TemporaryDirectory("queue")
        await (try Fixture.open(directory)).close()
        let store = try DatabaseQueue(path: directory.appending("queue/martlet/queue.sqlite"))
        try await store.write { try $0.execute(sql: "PRAGMA user_version = 7") }
        try store.close()
        #expect(failure(directory).contains("written by a newer Martlet (form 7"))
    }

    @Test func `the queue's files are for their owner alone`() async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        try await Fixture.commit(queue, content: String(repeating: "x", count: 70_000))
        let base = directory.appending("queue/martlet")
        let files = try FileManager.default.subpathsOfDirectory(atPath: base)
        #expect(files.count >= 6)
        for file in files + ["."] {
            let mode =
                try FileManager.default.attributesOfItem(atPath: "\(base)/\(file)")[.posixPermissions] as? Int
            #expect(try #require(mode) & 0o077 == 0, "\(file)")
        }
        await queue.close()
    }

    @Test(arguments: [0, 1, 65_536, 65_537, 300_000])
    func `content of any size comes back as it was, however it was cut`(size: Int) async throws {
        var random = SeededGenerator(announcing: "content sizes")
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        let bytes = (0..<size).map { _ in UInt8.random(in: 32..<127, using: &random) }
        let draft = queue.begin()
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...40_000, using: &random))
            try await draft.append(ByteBuffer(bytes: piece))
            rest = rest.dropFirst(piece.count)
        }
        try await draft.commit(Fixture.envelope(["a@example.org"]))
        let message = try await Fixture.due(queue, count: 1)[0]
        #expect(message.size == size)
        let content = try await queue.content(of: message)
        if case .file = content { #expect(size > 65_536) } else { #expect(size <= 65_536) }
        #expect(Array(try Fixture.text(content).utf8) == bytes)
        _ = await queue.settle(Settlement(message: message, finished: [0]))
        await queue.close()
        let left = try FileManager.default.contentsOfDirectory(
            atPath: directory.appending("queue/martlet/content"))
        #expect(left.isEmpty)
    }

    @Test func `a discarded draft leaves nothing`() async throws {
        let directory = try TemporaryDirectory("queue")
        let queue = try Fixture.open(directory)
        let draft = queue.begin()
        try await draft.append(ByteBuffer(repeating: 65, count: 200_000))
        let content = directory.appending("queue/martlet/content")
        #expect(try FileManager.default.contentsOfDirectory(atPath: content).count == 1)
        await draft.discard()
        #expect(try FileManager.default.contentsOfDirectory(atPath: content).isEmpty)
        await queue.close()
    }

    @Test func `what is being read when the queue closes ends before the store does`() async throws {
        for _ in 0..<20 {
            let directory = try TemporaryDirectory("queue")
            let first = try Fixture.open(directory)
            for _ in 0..<20 { try await Fixture.commit(first) }
            await first.close()
            // Read again from the store, so that no content is at hand.
            let queue = try Fixture.open(directory)
            let messages = try await Fixture.due(queue, count: 20)
            await withTaskGroup(of: Void.self) { group in
                for message in messages {
                    group.addTask {
                        let content = try? await queue.content(of: message)
                        if case .file = content { Issue.record("\(message.id) has no file") }
                    }
                    group.addTask { queue.tick() }
                }
                group.addTask { await queue.close() }
            }
        }
    }
}
