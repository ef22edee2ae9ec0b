import Foundation
import LookupTables
import Peers
import Synchronization
import Testing

@testable import MongoDBTable

/// Servers that are away, hang, break off and come back.
@Suite struct OutageTests {
    private static let quick =
        "?serverSelectionTimeoutMS=500&socketTimeoutMS=500&connectTimeoutMS=500&heartbeatFrequencyMS=500"

    @Test func nobodyAtThePortFailsInTime() async throws {
        let fixture = try MongoDBFixture()
        defer { fixture.pools.close() }
        let table = try fixture.table(
            "mongodb://u:s3cret@127.0.0.1:\(try LoopbackPort.unused())/\(Self.quick)")
        let start = ContinuousClock.now
        await withTaskGroup(of: LookupFailure?.self) { group in
            for number in 0..<200 { group.addTask { await outcome(table, "k\(number)").failure } }
            for await failure in group { #expect(failure?.cause == .unavailable) }
        }
        // Not one attempt a lookup.
        #expect(.now - start < .seconds(60))
        #expect(fixture.log.lines.contains { $0.contains("mongodb server: ") })
        #expect(!fixture.log.lines.joined().contains("s3cret"))
    }

    @Test(arguments: [true, false]) func aServerThatSaysNothingFailsInTime(greets: Bool) async throws {
        let server = try MongoDBScript(greets: greets) { _ in .silence }
        let fixture = try MongoDBFixture()
        defer { fixture.pools.close() }
        let start = ContinuousClock.now
        let failure = await outcome(try fixture.table(server.uri + Self.quick), "k").failure
        #expect(failure?.cause == .unavailable)
        #expect(.now - start < .seconds(60))
    }

    @Test(arguments: [MongoDBScript.Reply.hangUp, .half(["{\"a\": \"x\"}"])])
    func aConnectionThatBreaksOffIsAskedAgainOnce(reply: MongoDBScript.Reply) async throws {
        let breaks = Mutex(1)
        let server = try MongoDBScript { _ in
            breaks.withLock {
                $0 -= 1; return $0 >= 0
            } ? reply : .documents("{\"a\": \"x\"}")
        }
        let fixture = try MongoDBFixture()
        defer { fixture.pools.close() }
        let table = try fixture.table(server.uri)
        #expect(try await table.lookup("k") == "x")
        breaks.withLock { $0 = 1000 }
        #expect(await outcome(table, "k").failure?.cause == .unavailable)
        breaks.withLock { $0 = 0 }
        #expect(await Eventually.holds { (try? await table.lookup("k")) == "x" })
    }

    @Test func anErrorOfOneQuestionStaysAlone() async throws {
        let server = try MongoDBScript { question in
            question.filter.contains("bad")
                ? .error(code: 2, message: "unknown operator") : .documents("{\"a\": \"x\"}")
        }
        let fixture = try MongoDBFixture()
        defer { fixture.pools.close() }
        let table = try fixture.table(server.uri)
        for _ in 0..<3 {
            let failure = await outcome(table, "bad").failure
            #expect(failure?.cause == .statement)
            #expect(failure?.reason == "query failed: unknown operator")
            #expect(try await table.lookup("good") == "x")
        }
    }

    @Test func aServerThatComesBackIsFoundAgain() async throws {
        let port = try LoopbackPort.unused()
        let fixture = try MongoDBFixture()
        defer { fixture.pools.close() }
        let table = try fixture.table("mongodb://127.0.0.1:\(port)/\(Self.quick)")
        #expect(await outcome(table, "k").failure?.cause == .unavailable)
        let server = try MongoDBScript(port: port) { _ in .documents("{\"a\": \"x\"}") }
        #expect(await Eventually.holds { (try? await table.lookup("k")) == "x" })
        #expect(server.server.connectionsEver > 0)
    }

    @Test func fewConnectionsAreOpenedAndAllAreClosed() async throws {
        let server = try MongoDBScript { _ in .documents("{\"a\": \"x\"}") }
        do {
            let fixture = try MongoDBFixture()
            let table = try fixture.table(server.uri)
            await withTaskGroup(of: Result<String?, LookupFailure>.self) { group in
                for number in 0..<500 { group.addTask { await outcome(table, "k\(number)") } }
                for await result in group { #expect(result == .success("x")) }
            }
            // Four clients, and the library's own watch.
            #expect(server.server.openConnections <= 6)
            fixture.pools.close()
        }
        #expect(await Eventually.holds { server.server.openConnections == 0 })
    }
}
