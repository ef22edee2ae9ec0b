import LookupTables
import Peers
import Testing

@testable import MySQLTable

/// The pool against a real server.
@Suite(.serialized) struct PoolTests {
    @Test func twoHundredLookupsAtOnceShareFourConnections() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let slow = try fixture.table("query = SELECT v FROM t WHERE k = '%s' AND sleep(0.004) = 0")
        let quick = try fixture.table()
        let watch = Task {
            var most = 0
            while !Task.isCancelled { most = max(most, try await fixture.connections()) }
            return most
        }
        async let one = outcomes(slow, (1...200).map { "k\($0)" })
        async let two = outcomes(quick, (1...200).map { "k\($0)" })
        let expected = (1...200).map { Result<String?, LookupFailure>.success("v\($0)") }
        #expect(await one == expected)
        #expect(await two == expected)
        watch.cancel()
        #expect(try await watch.value <= 4)
        #expect(try await (1...4).contains(fixture.connections()))
        #expect(fixture.log.lines == [])
    }

    @Test func mapsOfOneDatabaseShareItsPoolAndOthersDoNot() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let one = try #require(fixture.table() as? SQLTable)
        let two = try #require(fixture.table("query = SELECT 1") as? SQLTable)
        let other = try #require(fixture.table("query = SELECT 1\ncharset = latin1") as? SQLTable)
        #expect(one.pool === two.pool)
        #expect(one.pool !== other.pool)
    }

    @Test func idleMeansNoConnections() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let table = try fixture.table("query = SELECT v FROM t WHERE k = '%s'\nidle_interval = 1")
        #expect(try await table.lookup("k1") == "v1")
        #expect(try await Eventually.holds { try await fixture.connections() == 0 })
        #expect(try await table.lookup("k2") == "v2")
    }

    @Test func equalLookupsThatWaitAreAskedOnce() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        try await fixture.servers[0].sql(
            "CREATE TABLE asked (n INT) ENGINE=MyISAM;\nDELIMITER //\n"
                + "CREATE FUNCTION note(x VARCHAR(190)) RETURNS VARCHAR(190) MODIFIES SQL DATA "
                + "BEGIN INSERT INTO asked VALUES (1); DO sleep(0.2); RETURN x; END //",
            database: fixture.database)
        let table = try fixture.table("query = SELECT note('%s')")
        let results = await outcomes(table, [String](repeating: "same", count: 100))
        #expect(results == [Result<String?, LookupFailure>](repeating: .success("same"), count: 100))
        let asked = try await fixture.servers[0].sql("SELECT count(*) FROM asked", database: fixture.database)
        #expect(try (1...50).contains(#require(Int(asked.filter(\.isNumber)))))
    }

    @Test func aBadStatementFailsAlone() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        // Every tenth key is no number, which only those statements mind.
        let table = try fixture.table("query = SELECT v FROM t WHERE k = concat('k', %s)")
        let keys = (1...300).map { $0.isMultiple(of: 10) ? "x\($0)" : "\($0)" }
        for (key, result) in zip(keys, await outcomes(table, keys)) {
            switch result {
            case .success(let value): #expect(value == "v\(key)")
            case .failure(let failure):
                #expect(key.hasPrefix("x"))
                #expect(failure.cause == .statement)
                #expect(failure.reason.contains("Unknown column"))
            }
        }
        #expect(try await fixture.connections() <= 4)
    }

    @Test func connectionsKilledUnderLoadLoseNoLookup() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let table = try fixture.table("query = SELECT v FROM t WHERE k = '%s' AND sleep(0.001) = 0")
        let killer = Task {
            while !Task.isCancelled {
                try await fixture.kill()
                try await Task.sleep(for: .milliseconds(150))
            }
        }
        for round in 0..<4 {
            let keys = (1...250).map { "k\(round * 250 + $0)" }
            let results = await outcomes(table, keys)
            #expect(results == keys.map { .success("v" + $0.dropFirst()) })
        }
        killer.cancel()
        _ = try? await killer.value
    }

    @Test func aConnectionThatTheServerClosedIsOpenedAgain() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let table = try fixture.table()
        #expect(try await table.lookup("k1") == "v1")
        try await fixture.kill()
        #expect(try await fixture.connections() == 0)
        #expect(try await table.lookup("k2") == "v2")
        #expect(fixture.log.lines == [])
    }

    @Test func resultSetsAreCountedAndNeverMixedUp() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        try await fixture.servers[0].sql(
            "DELIMITER //\n"
                + "CREATE PROCEDURE several(x VARCHAR(99)) BEGIN "
                + "IF x LIKE 'two%' THEN SELECT concat(x, 'a'); SELECT concat(x, 'b'); "
                + "ELSEIF x LIKE 'one%' THEN SELECT x; END IF; END //", database: fixture.database)
        let strict = try fixture.table("query = CALL several('%s')")
        let mild = try fixture.table("query = CALL several('%s')\nrequire_result_set = no")
        let keys = (1...120).map { ["one", "two", "none"][$0 % 3] + "\($0)" }
        for (table, isStrict) in [(strict, true), (mild, false)] {
            for (key, result) in zip(keys, await outcomes(table, keys)) {
                switch result {
                case .success(let value):
                    #expect(value == (key.hasPrefix("one") ? key : nil))
                    #expect(key.hasPrefix("one") || (key.hasPrefix("none") && !isStrict))
                case .failure(let failure):
                    #expect(failure.cause == .result)
                    #expect(key.hasPrefix("two") || (key.hasPrefix("none") && isStrict))
                }
            }
        }
    }

    @Test func waitingIsBounded() async throws {
        var limits = PoolSettings()
        limits.size = 1
        limits.waiting = 5
        limits.patience = .seconds(2)
        let fixture = try await MySQLFixture(servers: [.shared()], limits: limits)
        defer { fixture.pools.close() }
        let table = try fixture.table("query = SELECT sleep(3), '%s'")
        let results = await outcomes(table, (1...40).map { "k\($0)" })
        let reasons = results.compactMap { result -> String? in
            if case .failure(let failure) = result { failure.reason } else { nil }
        }
        #expect(reasons.contains { $0.contains("lookups wait for the database already") })
        #expect(reasons.contains { $0.contains("did not answer in time") })
    }
}
