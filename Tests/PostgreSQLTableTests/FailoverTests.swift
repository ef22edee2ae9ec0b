import LookupTables
import Peers
import Testing

@testable import PostgreSQLTable

/// Servers that go and come back. Each test has servers of its own.
@Suite(.serialized) struct FailoverTests {
    @Test func oneOfTwoHostsStoppedIsNoticedByNobody() async throws {
        async let first = PostgreSQLServer.start()
        async let second = PostgreSQLServer.start()
        let servers = try await [first, second]
        let fixture = try await PostgreSQLFixture(servers: servers)
        defer { fixture.pools.close() }
        let table = try fixture.table("query = SELECT v FROM t, pg_sleep(0.001) WHERE k = '%s'")
        #expect(try await table.lookup("k1") == "v1")
        let active = try await fixture.connections(0) > 0 ? 0 : 1
        async let results = outcomes(table, (1...1000).map { "k\($0)" })
        try await Task.sleep(for: .milliseconds(100))
        try await Blocking.run { servers[active].halt() }
        #expect(await results == (1...1000).map { .success("v\($0)") })
        #expect(await outcomes(table, (1...100).map { "k\($0)" }) == (1...100).map { .success("v\($0)") })
    }

    /// A lookup's patience is far longer than the test may take.
    @Test(.timeLimit(.minutes(5))) func aStoppedServerFailsLookupsAtOnceAndIsFoundAgain() async throws {
        let server = try await PostgreSQLServer.start()
        let fixture = try await PostgreSQLFixture(servers: [server])
        defer { fixture.pools.close() }
        let table = try fixture.table()
        #expect(try await table.lookup("k1") == "v1")
        try await Blocking.run { server.halt() }

        for failure in await outcomes(table, (1...50).map { "k\($0)" }) {
            guard case .failure(let failure) = failure else {
                Issue.record("answered without a server")
                continue
            }
            #expect(failure.cause == .unavailable)
        }

        try await Blocking.run { try server.resume() }
        #expect(await Eventually.holds { (try? await table.lookup("k1")) == "v1" })
        #expect(await outcomes(table, (1...50).map { "k\($0)" }) == (1...50).map { .success("v\($0)") })
    }

    @Test func aServerThatEndsIdleSessionsCostsNoLookup() async throws {
        let server = try await PostgreSQLServer.start(options: ["idle_session_timeout=1s"])
        let fixture = try await PostgreSQLFixture(servers: [server])
        defer { fixture.pools.close() }
        let table = try fixture.table()
        #expect(try await table.lookup("k1") == "v1")
        #expect(try await Eventually.holds { try await fixture.connections() == 0 })
        #expect(await outcomes(table, (1...50).map { "k\($0)" }) == (1...50).map { .success("v\($0)") })
        #expect(fixture.log.lines == [])
    }

    @Test func aHostThatRefusesRestsWhileAnotherAnswers() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let port = fixture.servers[0].port
        let table = try fixture.table(hosts: "unix:/nonexistent, inet:127.0.0.1:\(port)")
        #expect(await outcomes(table, (1...100).map { "k\($0)" }) == (1...100).map { .success("v\($0)") })
        #expect(fixture.log.lines.count == 1)
        #expect(fixture.log.lines.first?.contains("connect to pgsql server unix:/nonexistent: ") == true)
    }

    @Test(arguments: [true, false])
    func aWrongPasswordFailsWithoutShowingIt(inURI: Bool) async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let hosts =
            inURI
            ? "postgresql://\(fixture.database):s3cret-w0rd@127.0.0.1:\(fixture.servers[0].port)/\(fixture.database)"
            : nil
        let table = try fixture.table("query = SELECT 1\npassword = s3cret-w0rd", hosts: hosts)
        let results = await outcomes(table, ["a"])
        guard case .failure(let failure) = results[0] else {
            Issue.record("a wrong password was good enough")
            return
        }
        #expect(failure.cause == .unavailable)
        #expect(failure.reason.contains("password authentication failed"))
        #expect(!failure.description.contains("\n"))
        #expect(!"\(failure) \(fixture.log.lines)".contains("s3cret-w0rd"))
        #expect(!"\(failure) \(fixture.log.lines)".contains("=\(fixture.database)\""))
    }
}
