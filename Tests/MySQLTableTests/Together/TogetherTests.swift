import LookupTables
import Peers
import Testing

@testable import MySQLTable

/// Many lookups in few statements, seen from outside.
@Suite struct TogetherTests {
    /// A server whose statements nobody else adds to.
    private func selects(_ server: MariaDBServer) async throws -> Int {
        let line = try await server.sql("SHOW GLOBAL STATUS LIKE 'Com_select'")
        return try #require(line.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) })
    }

    @Test(arguments: [
        [], ["--max-allowed-packet=1024"], ["--init-connect=SET SESSION sql_select_limit = 1"],
        ["--sql-mode=NO_BACKSLASH_ESCAPES,ANSI_QUOTES"],
        ["--character-set-server=latin1"],
    ])
    func manyKeysTakeFewStatements(options: [String]) async throws {
        let server = try await MariaDBServer.start(options: options)
        let fixture = try await MySQLFixture(servers: [server])
        defer { fixture.pools.close() }
        let table = try fixture.table()
        let before = try await selects(server)
        let keys = (1...1000).map { "k\($0 * 2)" }
        for (number, result) in zip(1..., await outcomes(table, keys)) {
            #expect(result == .success(number <= 500 ? "v\(number * 2)" : nil))
        }
        #expect(try await selects(server) - before < 200)
        #expect(fixture.log.lines == [])
    }

    @Test func aKeyTooLongForTheServerFailsAloneAndLeavesTheConnection() async throws {
        let server = try await MariaDBServer.start(options: ["--max-allowed-packet=1024"])
        var limits = PoolSettings.unhurried
        limits.size = 1
        let fixture = try await MySQLFixture(servers: [server], limits: limits)
        defer { fixture.pools.close() }
        let table = try fixture.table()
        let connection = try fixture.table("query = SELECT CONNECTION_ID(), '' WHERE '%s' <> ''")
        let before = try await connection.lookup("x")
        let long = String(repeating: "k", count: 2000)
        let results = await outcomes(table, ["k1", long, "k2", "k3"])
        #expect([0, 2, 3].map { results[$0] } == [.success("v1"), .success("v2"), .success("v3")])
        guard case .failure(let failure) = results[1] else {
            Issue.record("answered: \(results[1])")
            return
        }
        #expect(failure.cause == .statement)
        #expect(failure.reason.contains("max_allowed_packet"))
        #expect(try await connection.lookup("x") == before)
    }

    /// One letter that the column's character set lacks, a map without its column, a table without rights: each
    /// fails its own lookups.
    @Test func whatIsWrongWithOneStatementIsNotTheOthersTrouble() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        try await fixture.servers[0].sql(
            """
            CREATE TABLE l (k VARCHAR(50) CHARACTER SET latin1 PRIMARY KEY, v VARCHAR(50));
            INSERT INTO l SELECT concat('k', seq), concat('l', seq) FROM seq_1_to_100;
            """, database: fixture.database)
        let good = try fixture.table()
        let latin = try fixture.table("query = SELECT v FROM l WHERE k = '%s'")
        let missing = try fixture.table("query = SELECT nothing FROM l WHERE k = '%s'")
        let forbidden = try fixture.table("query = SELECT User FROM mysql.global_priv WHERE Host = '%s'")
        async let goods = outcomes(good, (1...100).map { "k\($0)" })
        async let latins = outcomes(latin, (1...100).map { $0.isMultiple(of: 10) ? "日\($0)" : "k\($0)" })
        async let missings = outcomes(missing, (1...100).map { "k\($0)" })
        async let forbiddens = outcomes(forbidden, (1...100).map { "k\($0)" })
        #expect(await goods == (1...100).map { .success("v\($0)") })
        for (number, result) in zip(1..., await latins) {
            switch result {
            case .success(let value): #expect(value == "l\(number)")
            case .failure(let failure):
                #expect(number.isMultiple(of: 10))
                #expect(failure.cause == .statement)
                #expect(failure.reason.contains("collation"))
            }
        }
        for (results, word) in [(await missings, "nothing"), (await forbiddens, "denied")] {
            for result in results {
                guard case .failure(let failure) = result else {
                    Issue.record("answered: \(result)")
                    continue
                }
                #expect(failure.cause == .statement)
                #expect(failure.reason.contains(word), "\(failure.reason)")
            }
        }
        #expect(fixture.log.lines == [])
    }

    /// A collation that changes while the connection is open.
    @Test func alteringTheColumnIsSeenAtOnce() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let map = try #require(fixture.table() as? SQLTable)
        let connection = try fixture.connection(of: map)
        let questions = ["ki1", "ky1", "k1"].map { SQLQuestion(query: map.query, key: $0) }
        func together() throws -> [Int: Result<String?, LookupFailure>] {
            var replies: [Int: Result<String?, LookupFailure>] = [:]
            try connection.askTogether(questions[...], until: .now + .seconds(60)) { replies[$0] = $1.result }
            return replies
        }
        try await fixture.servers[0].sql("INSERT INTO t VALUES ('ky1', 'w')", database: fixture.database)
        #expect(try together() == [0: .success(nil), 1: .success("w"), 2: .success("v1")])
        // In Lithuanian i and y are one letter.
        try await fixture.servers[0].sql(
            "ALTER TABLE t MODIFY k VARCHAR(190) COLLATE utf8mb4_lithuanian_ci", database: fixture.database)
        #expect(try together() == [:])
        #expect(await outcomes(map, ["ki1", "ky1", "k1"]) == [.success("w"), .success("w"), .success("v1")])
    }

    @Test func anAnswerIsBounded() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        for query in [
            "SELECT REPEAT('y', 1000) FROM seq_1_to_20000 WHERE '%s' <> ''",
            "SELECT REPEAT('x', 9000000) WHERE '%s' <> ''",
        ] {
            let map = try #require(fixture.table("query = \(query)") as? SQLTable)
            let (question, connector) = (
                SQLQuestion(query: map.query, key: "x"), try fixture.connector(of: map)
            )
            let result = try await Blocking.run {
                // On a busy machine reading it takes long.
                var connector = connector
                connector.timeouts.read = 600
                let connection = try MySQLConnection(connector, host: connector.hosts[0])
                var result: Result<String?, LookupFailure>?
                try connection.ask([question], until: .now + .seconds(600)) { result = $0.result }
                return result
            }
            guard case .failure(let failure)? = result else {
                Issue.record("answered: \(query)")
                continue
            }
            #expect(failure.cause == .result, "\(failure)")
        }
    }

    @Test func whoIsWatchedIsAskedAlone() async throws {
        final class Watcher: LookupObserver {
            let log = LogRecorder()
            func asked(statement: String, host: String, duration: Duration) {
                log.logger("watch").info("\(statement)")
            }
        }
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let table = try fixture.table()
        let watcher = Watcher()
        async let crowd = outcomes(table, (1...200).map { "k\($0)" })
        #expect(try await table.lookup("K7", observer: watcher) == "v7")
        #expect(watcher.log.lines.count == 1)
        #expect(watcher.log.lines.first?.contains("SELECT v FROM t WHERE k = 'k7'") == true)
        #expect(await crowd == (1...200).map { .success("v\($0)") })
    }
}
