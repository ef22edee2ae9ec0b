import LookupTables
import Peers
import Testing

@testable import MySQLTable

/// Servers that go and come back. Each test has servers of its own.
@Suite(.serialized) struct FailoverTests {
    @Test func oneOfTwoHostsStoppedIsNoticedByNobody() async throws {
        async let first = MariaDBServer.start()
        async let second = MariaDBServer.start()
        let servers = try await [first, second]
        let fixture = try await MySQLFixture(servers: servers)
        defer { fixture.pools.close() }
        let table = try fixture.table("query = SELECT v FROM t WHERE k = '%s' AND sleep(0.001) = 0")
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
        let server = try await MariaDBServer.start()
        let fixture = try await MySQLFixture(servers: [server])
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
            #expect(!"\(failure)".contains("password = "))
        }

        try await Blocking.run { try server.resume() }
        #expect(await Eventually.holds { (try? await table.lookup("k1")) == "v1" })
        #expect(await outcomes(table, (1...50).map { "k\($0)" }) == (1...50).map { .success("v\($0)") })
    }

    @Test func aServerThatIsAwayIsNotAskedByEachLookup() async throws {
        var limits = PoolSettings.unhurried
        limits.soonRetry = .seconds(3600)
        let fixture = try await MySQLFixture(servers: [.shared()], limits: limits)
        defer { fixture.pools.close() }
        let table = try fixture.table(
            "query = SELECT 1\nretry_interval = 3600", hosts: "unix:\(fixture.directory.appending("nobody"))")
        for _ in 0..<3 {
            let results = await outcomes(table, (1...50).map { "k\($0)" })
            #expect(results.allSatisfy { if case .failure = $0 { true } else { false } })
        }
        #expect(fixture.log.lines.count == 1)
    }

    @Test func waitTimeoutCostsNoLookup() async throws {
        let server = try await MariaDBServer.start(options: ["--wait-timeout=1"])
        let fixture = try await MySQLFixture(servers: [server])
        defer { fixture.pools.close() }
        let table = try fixture.table()
        #expect(try await table.lookup("k1") == "v1")
        #expect(try await Eventually.holds { try await fixture.connections() == 0 })
        #expect(await outcomes(table, (1...50).map { "k\($0)" }) == (1...50).map { .success("v\($0)") })
        #expect(fixture.log.lines == [])
    }

    @Test func aHostThatRefusesRestsWhileAnotherAnswers() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let port = fixture.servers[0].port
        let table = try fixture.table(hosts: "unix:/nonexistent/socket, inet:127.0.0.1:\(port)")
        #expect(await outcomes(table, (1...100).map { "k\($0)" }) == (1...100).map { .success("v\($0)") })
        #expect(fixture.log.lines.count == 1)
        #expect(fixture.log.lines.first?.contains("connect to mysql server unix:/nonexistent/socket") == true)
    }

    @Test func aHostThatComesBackIsUsedAgain() async throws {
        async let first = MariaDBServer.start()
        async let second = MariaDBServer.start()
        let servers = try await [first, second]
        let fixture = try await MySQLFixture(servers: servers)
        defer { fixture.pools.close() }
        let table = try fixture.table("query = SELECT v FROM t WHERE k = '%s'\nretry_interval = 1")
        // Each in turn is the only one.
        for round in 0..<2 {
            try await Blocking.run { servers[round].halt() }
            #expect(await Eventually.holds { (try? await table.lookup("k1")) == "v1" })
            try await Blocking.run { try servers[round].resume() }
        }
        try await Blocking.run { servers[1].halt() }
        #expect(await Eventually.holds { (try? await table.lookup("k2")) == "v2" })
        #expect(try await fixture.connections(0) > 0)
    }

    @Test func aWrongPasswordFailsWithoutShowingIt() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let table = try fixture.table("query = SELECT 1\npassword = s3cret-w0rd")
        let results = await outcomes(table, ["a"])
        guard case .failure(let failure) = results[0] else {
            Issue.record("a wrong password was good enough")
            return
        }
        #expect(failure.cause == .unavailable)
        #expect(failure.reason.contains("Access denied"))
        #expect(!"\(failure) \(fixture.log.lines)".contains("s3cret-w0rd"))
        #expect(!"\(failure) \(fixture.log.lines)".contains("=\(fixture.database)\""))
    }
}
