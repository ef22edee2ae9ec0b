import LookupTables
import Peers
import Testing

@testable import PostgreSQLTable

/// The pool against a real server.
@Suite(.serialized) struct PoolTests {
    @Test func twoHundredLookupsAtOnceShareFourConnections() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let slow = try fixture.table("query = SELECT v FROM t, pg_sleep(0.004) WHERE k = '%s'")
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
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let one = try #require(fixture.table() as? SQLTable)
        let two = try #require(fixture.table("query = SELECT 1") as? SQLTable)
        let other = try #require(fixture.table("query = SELECT 1\nencoding = LATIN1") as? SQLTable)
        #expect(one.pool === two.pool)
        #expect(one.pool !== other.pool)
    }

    @Test func idleMeansNoConnections() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let table = try fixture.table("query = SELECT v FROM t WHERE k = '%s'\nidle_interval = 1")
        #expect(try await table.lookup("k1") == "v1")
        #expect(try await Eventually.holds { try await fixture.connections() == 0 })
        #expect(try await table.lookup("k2") == "v2")
    }

    @Test func aBadStatementFailsAlone() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        // Every tenth key is no number, which only those statements mind.
        let table = try fixture.table("query = SELECT v FROM t WHERE k = concat('k', '%s'::int)")
        let keys = (1...300).map { $0.isMultiple(of: 10) ? "x\($0)" : "\($0)" }
        for (key, result) in zip(keys, await outcomes(table, keys)) {
            switch result {
            case .success(let value): #expect(value == "v\(key)")
            case .failure(let failure):
                #expect(key.hasPrefix("x"))
                #expect(failure.cause == .statement)
                #expect(failure.reason.contains("invalid input syntax"))
            }
        }
        #expect(try await fixture.connections() <= 4)
        #expect(fixture.log.lines == [])
    }

    /// Statements of one batch are transactions of their own: an error takes nothing back that another has written.
    @Test func anErrorTakesNothingBack() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        try await fixture.servers[0].sql(
            "SET ROLE \(fixture.database); CREATE TABLE seen (n INT);", database: fixture.database)
        let table = try fixture.table("query = INSERT INTO seen VALUES (12 / (%s - 50)) RETURNING 'done'")
        let results = await outcomes(table, (1...100).map { "\($0)" })
        #expect(results.filter { $0 == .success("done") }.count == 99)
        let rows = try await fixture.servers[0].sql("SELECT count(*) FROM seen", database: fixture.database)
        #expect(rows == "99\n")
    }

    @Test func connectionsEndedUnderLoadLoseNoLookup() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let table = try fixture.table("query = SELECT v FROM t, pg_sleep(0.001) WHERE k = '%s'")
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
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let table = try fixture.table()
        #expect(try await table.lookup("k1") == "v1")
        try await fixture.kill()
        #expect(try await Eventually.holds { try await fixture.connections() == 0 })
        #expect(try await table.lookup("k2") == "v2")
        #expect(fixture.log.lines == [])
    }

    /// What is no table of rows is told apart, whatever comes before and behind it.
    @Test func otherAnswersAreNeverMixedUp() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let good = try fixture.table()
        let none = try fixture.table("query = SET application_name = '%s'")
        let copy = try fixture.table("query = COPY (SELECT '%s') TO STDOUT")
        let two = try fixture.table("query = SELECT 1; SELECT '%s'")
        let empty = try fixture.table("query = ;")
        let last = try fixture.table("query = SELECT v FROM t WHERE k = '%s';")
        let keys = (1...40).map { "k\($0)" }
        async let goods = outcomes(good, keys)
        async let nones = outcomes(none, keys)
        async let copies = outcomes(copy, ["k1", "k2"])
        async let twos = outcomes(two, keys)
        async let empties = outcomes(empty, keys)
        async let lasts = outcomes(last, keys)
        #expect(await goods == keys.map { .success("v" + $0.dropFirst()) })
        #expect(await lasts == keys.map { .success("v" + $0.dropFirst()) })
        #expect(await nones == keys.map { _ in .success(nil) })
        for result in await copies + twos + empties {
            #expect(throws: LookupFailure.self) { try result.get() }
        }
    }

    /// Far more than anybody would keep; what stands before and behind is answered.
    @Test func anAnswerWithoutEndIsBoundedAndStaysAlone() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let table = try fixture.table(
            "query = SELECT repeat('x', 40000) FROM generate_series(1, CASE WHEN '%s' = 'k3' THEN 500 ELSE 1 END)"
        )
        let limited = try fixture.table(
            "query = SELECT generate_series(1, 100000), '%s'\nexpansion_limit = 3")
        async let some = outcomes(table, (1...5).map { "k\($0)" })
        async let others = outcomes(limited, ["a", "b"])
        for (index, result) in await some.enumerated() {
            switch result {
            case .success(let value): #expect(index != 2 && value?.utf8.count == 40000)
            case .failure(let failure): #expect(index == 2 && failure.cause == .result)
            }
        }
        for result in await others {
            let failure = #expect(throws: LookupFailure.self) { try result.get() }
            #expect(failure?.cause == .result)
        }
        #expect(fixture.log.lines == [])
    }

    @Test func whatAServerRemarksIsNotPrinted() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        try await fixture.servers[0].sql(
            """
            SET ROLE \(fixture.database);
            CREATE FUNCTION remark(x TEXT) RETURNS TEXT LANGUAGE plpgsql AS
            $$ BEGIN RAISE WARNING 'remarkable: %', x; RETURN x; END $$;
            """, database: fixture.database)
        let table = try fixture.table("select_function = remark")
        #expect(try await table.lookup("X") == "x")
    }

    /// Answers that are larger than any buffer on the way, while statements are still being written.
    @Test func largeAnswersAndLongKeysGetThrough() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let table = try fixture.table("query = SELECT repeat('%s', 8)")
        let keys = (0..<64).map { String(repeating: "x\($0)", count: 1_500) }
        for (key, result) in zip(keys, await outcomes(table, keys)) {
            #expect(try result.get() == String(repeating: key, count: 8))
        }
    }
}
