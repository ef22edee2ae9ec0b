import LookupTables
import Peers
import Testing

@testable import MySQLTable

/// Servers that go and come back. Each test has servers of its own.
@Suite struct FailoverTests {
    @Test func oneOfTwoHostsStoppedIsNoticedByNobody() async throws {
        async let first = MariaDBServer.start()
        async let second = MariaDBServer.start()
        let servers = try await [first, second]
        let fixture = try await MySQLFixture(servers: servers)
        defer {
            fixture.pools.close()
            servers.forEach { $0.halt() }
        }
        let table = try fixture.table("query = SELECT v FROM t WHERE k = '%s' AND sleep(0.001) = 0")
        #expect(try await table.lookup("k1") == "v1")
        let active = try await fixture.connections(0) > 0 ? 0 : 1
        async let results = outcomes(table, (1...1000).map { "k\($0)" })
        try await Task.sleep(for: .milliseconds(100))
        try await Blocking.run { servers[active].halt() }
        #expect(await results == (1...1000).map { .success("v\($0)") })
        #expect(await outcomes(table, (1...100).map { "k\($0)" }) == (1...100).map { .success("v\($0)") })
    }

    @Test func aStoppedServerFailsLookupsAtOnceAndIsFoundAgain() async throws {
        let server = try await MariaDBServer.start()
        let fixture = try await MySQLFixture(servers: [server])
        defer {
            fixture.pools.close()
            server.halt()
        }
        let table = try fixture.table()
        #expect(try await table.lookup("k1") == "v1")
        try await Blocking.run { server.halt() }

        let failures = try await Timed.run(atMost: .seconds(2)) {
            await outcomes(table, (1...50).map { "k\($0)" })
        }
        for failure in failures {
            guard case .failure(let failure) = failure else {
                Issue.record("answered without a server")
                continue
            }
            #expect(failure.cause == .unavailable)
            #expect(!"\(failure)".contains("password = "))
        }
        // While it is away it is asked once a second, not once a lookup.
        let attempts = fixture.log.lines.count
        _ = await outcomes(table, (1...50).map { "k\($0)" })
        #expect(fixture.log.lines.count <= attempts + 2)

        try await Blocking.run { try server.resume() }
        try await Task.sleep(for: .seconds(1.2))
        #expect(await outcomes(table, (1...50).map { "k\($0)" }) == (1...50).map { .success("v\($0)") })
    }

    @Test func waitTimeoutCostsNoLookup() async throws {
        let server = try await MariaDBServer.start(options: ["--wait-timeout=1"])
        let fixture = try await MySQLFixture(servers: [server])
        defer {
            fixture.pools.close()
            server.halt()
        }
        let table = try fixture.table()
        #expect(try await table.lookup("k1") == "v1")
        try await Task.sleep(for: .seconds(2))
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
