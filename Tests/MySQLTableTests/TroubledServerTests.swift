import Logging
import LookupTables
import Peers
import Testing

@testable import MySQLTable

/// Servers that say nothing, or stop in the middle: every lookup has an end, and nothing stays open.
@Suite struct TroubledServerTests {
    /// A map whose pool goes through a proxy, with a second or two for every wait.
    private struct Troubled {
        let fixture: MySQLFixture
        let proxy: CuttingProxy
        let pool: SQLPool
        let query: SQLQuery

        init(
            after limit: Int?, _ ending: CuttingProxy.Ending, query: String? = nil,
            idle: Duration = .milliseconds(100), patience: UInt32 = 2, connections: Int = 4
        ) async throws {
            let server = try await MariaDBServer.shared()
            fixture = try await MySQLFixture(servers: [server])
            proxy = try CuttingProxy(to: server.port, after: limit, ending)
            let text = query ?? "SELECT v FROM t WHERE k = '%s'"
            let map = try #require(
                fixture.table("query = \(text)", hosts: "127.0.0.1:\(proxy.port)") as? SQLTable)
            self.query = map.query
            var connector = try fixture.connector(of: map)
            connector.timeouts = .init(connect: 1, read: patience, write: 1)
            var settings = PoolSettings.unhurried
            settings.soonRetry = .milliseconds(10)
            settings.retry = .milliseconds(10)
            settings.idle = idle
            settings.size = connections
            pool = SQLPool(connector, settings: settings, logger: fixture.log.logger("test"))
        }

        func ask(_ key: String) async -> Result<String?, LookupFailure> {
            await pool.ask(SQLQuestion(query: query, key: key)).result
        }

        func ask(_ keys: [String]) async -> [Result<String?, LookupFailure>] {
            await withTaskGroup(of: (Int, Result<String?, LookupFailure>).self) { group in
                for (index, key) in keys.enumerated() { group.addTask { (index, await ask(key)) } }
                var results = [Result<String?, LookupFailure>](repeating: .success(nil), count: keys.count)
                for await (index, result) in group { results[index] = result }
                return results
            }
        }

        func expectNothingLeft() async {
            #expect(await Eventually.holds { pool.threads == 0 && proxy.open == 0 })
            proxy.stop()
        }
    }

    /// A greeting has some 100 bytes; the answer to the password comes next, then those to statements.
    @Test(
        .timeLimit(.minutes(3)), arguments: [0, 3, 40, 85, 100, 140, 180, 300],
        [CuttingProxy.Ending.hangUp, .silence])
    func aServerThatStopsAnywhereFailsLookupsForTheTimeBeing(bytes: Int, ending: CuttingProxy.Ending)
        async throws
    {
        let troubled = try await Troubled(after: bytes, ending)
        let start = ContinuousClock.now
        let results = await troubled.ask((1...20).map { "k\($0)" })
        #expect(ContinuousClock.now - start < .seconds(60))
        for (number, result) in results.enumerated() {
            switch result {
            case .success(let value): #expect(value == "v\(number + 1)" && bytes > 100)
            case .failure(let failure): #expect(failure.cause == .unavailable, "\(failure)")
            }
        }
        #expect(results.contains { if case .failure = $0 { true } else { false } } || bytes == 300)
        // As soon as the server is well, so are the lookups.
        troubled.proxy.pass()
        #expect(await Eventually.holds { await troubled.ask("k7") == .success("v7") })
        await troubled.expectNothingLeft()
        troubled.pool.close()
    }

    @Test func aStatementThatRunsTooLongEndsAloneAndLeavesTheConnection() async throws {
        let troubled = try await Troubled(
            after: nil, .hangUp, query: "SELECT CONNECTION_ID(), IF('%s' = 'slow', SLEEP(60), 0)",
            idle: .seconds(600), patience: 8, connections: 1)
        let before = try await troubled.ask("a").get()
        guard case .failure(let failure) = await troubled.ask("slow") else {
            Issue.record("slept for a minute, or was not asked to")
            return
        }
        #expect(failure.cause == .statement)
        #expect(failure.reason.contains("max_statement_time"))
        let after = try await troubled.ask("b").get()
        #expect(before == after)
        #expect(troubled.proxy.accepted == 1)
        troubled.pool.close()
        await troubled.expectNothingLeft()
    }
}
