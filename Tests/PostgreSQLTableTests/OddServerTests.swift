import Foundation
import LookupTables
import Peers
import Testing

@testable import PostgreSQLTable

/// What a server must not be able to do: hold a lookup up for ever, or have half an answer taken for a whole one.
@Suite struct OddServerTests {
    private func failure(_ table: any LookupTable) async -> (LookupFailure?, Duration) {
        let start = ContinuousClock.now
        let result = await outcomes(table, ["k1"])[0]
        guard case .failure(let failure) = result else { return (nil, .now - start) }
        return (failure, .now - start)
    }

    @Test func aServerThatAcceptsAndSaysNothingIsGivenUp() async throws {
        let odd = try OddServer(.silent)
        defer { odd.stop() }
        let fixture = try await PostgreSQLFixture(
            servers: [.shared()], timeouts: .init(connect: 2, statement: .seconds(2)))
        defer { fixture.pools.close() }
        let (failure, duration) = await failure(try fixture.table(hosts: "127.0.0.1:\(odd.port)"))
        #expect(failure?.cause == .unavailable)
        #expect(failure?.reason.contains("timeout expired") == true)
        #expect(duration < .seconds(60))
        #expect(fixture.log.lines.count == 1)
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\r\n", "N", "NR\0\0\0\u{8}\0\0\0\0\0", "E\0\0\0\u{5}\0", "\0\0\0\0",
    ])
    func aServerThatTalksSomethingElseIsGivenUp(text: String) async throws {
        let odd = try OddServer(.says(Array(text.utf8)))
        defer { odd.stop() }
        let fixture = try await PostgreSQLFixture(
            servers: [.shared()], timeouts: .init(connect: 2, statement: .seconds(2)))
        defer { fixture.pools.close() }
        let (failure, duration) = await failure(try fixture.table(hosts: "127.0.0.1:\(odd.port)"))
        #expect(failure?.cause == .unavailable)
        #expect(duration < .seconds(60))
    }

    @Test func aServerThatStopsAnsweringIsGivenUp() async throws {
        let server = try await PostgreSQLServer.shared()
        let fixture = try await PostgreSQLFixture(
            servers: [server], timeouts: .init(connect: 2, statement: .seconds(1)))
        defer { fixture.pools.close() }
        let table = try fixture.table()
        #expect(try await table.lookup("k1") == "v1")
        // The session that is there stands still; the next one would be answered, but the host rests after it.
        try await server.signal(SIGSTOP, sessionsOf: fixture.database)
        let start = ContinuousClock.now
        let result = await outcomes(table, ["k2"])[0]
        #expect(ContinuousClock.now - start < .seconds(60))
        if case .failure(let failure) = result {
            #expect(failure.cause == .unavailable)
            #expect(failure.reason.contains("no answer in 1.0 seconds"))
        }
        try await server.signal(SIGCONT, sessionsOf: fixture.database)
        #expect(await Eventually.holds { (try? await table.lookup("k3")) == "v3" })
    }

    @Test func aSlowStatementFailsWhileOthersAreAnswered() async throws {
        let fixture = try await PostgreSQLFixture(
            servers: [.shared()], timeouts: .init(connect: 60, statement: .seconds(1)))
        defer { fixture.pools.close() }
        let table = try fixture.table(
            "query = SELECT v FROM t WHERE k = '%s' AND (k <> 'k7' OR pg_sleep(30) IS NOT NULL)")
        let start = ContinuousClock.now
        let results = await outcomes(table, (1...40).map { "k\($0)" })
        #expect(ContinuousClock.now - start < .seconds(25))
        for (index, result) in results.enumerated() where index != 6 {
            // One that stood in the same batch may meet the rest that its server was given.
            if case .success(let value) = result { #expect(value == "v\(index + 1)") }
        }
        #expect(throws: LookupFailure.self) { try results[6].get() }
    }

    /// Cut at each byte of connecting and answering: an answer is whole or it is none.
    @Test func aServerThatClosesInTheMiddleGivesNoHalfAnswers() async throws {
        let server = try await PostgreSQLServer.shared()
        let fixture = try await PostgreSQLFixture(servers: [server])
        defer { fixture.pools.close() }
        var answered = 0
        for budget in stride(from: 0, to: 1200, by: 29) {
            let odd = try OddServer(.cuts(after: budget, server: server.port))
            let table = try fixture.table(
                "query = SELECT v, '%s' FROM t WHERE k IN ('k1', 'k2') ORDER BY k\nretry_interval = 0",
                hosts: "127.0.0.1:\(odd.port)")
            for result in await outcomes(table, ["k1", "k2", "k3"]) {
                switch result {
                case .success(let value):
                    answered += 1
                    #expect(value?.hasPrefix("v1,k") == true && value?.contains(",v2,k") == true)
                case .failure(let failure):
                    #expect(failure.cause == .unavailable)
                }
            }
            odd.stop()
        }
        #expect((10...80).contains(answered))
    }
}
