import Foundation
import LookupTables
import Peers
import Synchronization
import Testing

@testable import LDAPTable

/// Servers that go, come back, hang and break off.
@Suite struct ConnectionTests {
    @Test func manyLookupsShareFewConnections() async throws {
        let server = try await LDAPServer.start(ldif: LDAPFixture.entries)
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        let tables = try ["", "result_format = %s\n"].map {
            try fixture.table(server.url, $0 + "query_filter = (mail=%s)\nresult_attribute = maildrop")
        }
        for table in tables { #expect(await outcomes(table, keys) == values) }
        #expect(try await server.connections() <= 4)
        #expect(fixture.log.lines == [])
    }

    @Test func idleConnectionsAreClosed() async throws {
        let server = try await LDAPServer.start(ldif: LDAPFixture.entries)
        var limits = LookupThreadLimits.unhurried
        limits.idle = .milliseconds(200)
        let fixture = try LDAPFixture(limits: limits)
        defer { fixture.pools.close() }
        #expect(await outcomes(try fixture.table(server.url), keys) == values)
        #expect(try await Eventually.holds { try await server.connections() == 0 })
    }

    @Test func aServerThatClosesIdleConnectionsCostsNoLookup() async throws {
        let server = try await LDAPServer.start(ldif: LDAPFixture.entries, lines: "idletimeout 1")
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        let table = try fixture.table(server.url)
        for _ in 0..<2 {
            #expect(await outcomes(table, keys) == values)
            #expect(try await Eventually.holds { try await server.connections() == 0 })
        }
        #expect(await outcomes(table, keys) == values)
        #expect(fixture.log.lines == [])
    }

    @Test func aRestartedServerIsFoundAgain() async throws {
        let server = try await LDAPServer.start(ldif: LDAPFixture.entries)
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        let table = try fixture.table(server.url)
        #expect(try await table.lookup("k1") == "v1")
        try await Blocking.run { server.halt() }
        for result in await outcomes(table, Array(keys.prefix(50))) {
            #expect(result.failure?.cause == .unavailable)
            #expect(result.failure?.reason.contains("Can't contact LDAP server") == true)
        }
        #expect(
            fixture.log.lines.contains { $0.contains("dict_ldap_connect: Unable to connect to LDAP server") })
        try await Blocking.run { try server.resume() }
        #expect(await Eventually.holds { (try? await table.lookup("k1")) == "v1" })
        #expect(await outcomes(table, keys) == values)
    }

    @Test func oneOfTwoServersStoppedIsNoticedByNobody() async throws {
        async let first = LDAPServer.start(ldif: LDAPFixture.entries)
        async let second = LDAPServer.start(ldif: LDAPFixture.entries)
        let servers = try await [first, second]
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        let table = try fixture.table(servers.map(\.url).joined(separator: " "))
        #expect(try await table.lookup("k1") == "v1")
        #expect(try await servers[1].connections() == 0)
        async let results = outcomes(table, keys + keys + keys)
        try await Blocking.run { servers[0].halt() }
        #expect(await results == values + values + values)
        #expect(await outcomes(table, keys) == values)
        #expect(try await servers[1].connections() > 0)
    }

    @Test func aServerThatSaysNothingFailsInTime() async throws {
        let silent = try StreamServer { stream, _ in Self.drain(stream) }
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        for bind in ["yes", "no"] {
            let table = try fixture.table(
                "127.0.0.1:\(silent.port)", "timeout = 1\nbind = \(bind)\nquery_filter = (mail=%s)")
            let start = ContinuousClock.now
            for result in await outcomes(table, Array(keys.prefix(50))) {
                #expect(result.failure?.cause == .unavailable)
            }
            #expect(.now - start < .seconds(60))
        }
        #expect(await Eventually.holds { silent.openConnections == 0 })
    }

    /// Listens and says nothing.
    @Sendable private static func drain(_ stream: SocketStream) {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while recv(stream.descriptor, &chunk, chunk.count, 0) > 0 {}
    }

    @Test(arguments: [true, false]) func aServerThatIsNoUseIsLeftForAnother(hangsUp: Bool) async throws {
        let silent = try StreamServer { stream, _ in
            var byte: UInt8 = 0
            guard recv(stream.descriptor, &byte, 1, 0) > 0, !hangsUp else { return }
            Self.drain(stream)
        }
        let server = try await LDAPServer.start(ldif: LDAPFixture.entries)
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        for bind in ["yes", "no"] {
            let table = try fixture.table(
                "127.0.0.1:\(silent.port) \(server.url)",
                "timeout = 5\nbind = \(bind)\nquery_filter = (mail=%s)\nresult_attribute = maildrop")
            let start = ContinuousClock.now
            for (result, expected) in zip(await outcomes(table, Array(keys.prefix(50))), values) {
                #expect(result == expected, "bind = \(bind), after \(.now - start)")
            }
        }
    }

    /// A bind that succeeds, then the beginning of an entry.
    @Test(arguments: [true, false]) func aServerThatStopsInTheMiddleFailsInTime(closes: Bool) async throws {
        let broken = try StreamServer { stream, _ in
            var chunk = [UInt8](repeating: 0, count: 4096)
            guard recv(stream.descriptor, &chunk, chunk.count, 0) > 0 else { return }
            // LDAPMessage { messageID 1, BindResponse { success } }
            try stream.write([
                0x30, 0x0C, 0x02, 0x01, 0x01, 0x61, 0x07, 0x0A, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00,
            ])
            guard recv(stream.descriptor, &chunk, chunk.count, 0) > 0 else { return }
            // LDAPMessage { messageID 2, SearchResultEntry …
            try stream.write([0x30, 0x40, 0x02, 0x01, 0x02, 0x64, 0x3B, 0x04, 0x05])
            if !closes { while recv(stream.descriptor, &chunk, chunk.count, 0) > 0 {} }
        }
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        let table = try fixture.table("127.0.0.1:\(broken.port)", "timeout = 1\nquery_filter = (mail=%s)")
        let start = ContinuousClock.now
        let failure = await outcome(table, "k1").failure
        #expect(failure?.cause == .unavailable)
        #expect(.now - start < .seconds(60))
        #expect(await Eventually.holds { broken.openConnections == 0 })
        #expect(broken.connectionsEver <= 2)
    }

    @Test func aPausedServerFailsLookupsAndGoesOn() async throws {
        let server = try await LDAPServer.start(ldif: LDAPFixture.entries)
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        let table = try fixture.table(
            server.url, "timeout = 1\nquery_filter = (mail=%s)\nresult_attribute = maildrop")
        #expect(try await table.lookup("k1") == "v1")
        server.send(SIGSTOP)
        for result in await outcomes(table, Array(keys.prefix(50))) {
            #expect(result.failure?.cause == .unavailable)
        }
        server.send(SIGCONT)
        #expect(await Eventually.holds { (try? await table.lookup("k1")) == "v1" })
    }

    @Test func nobodyAtThePortIsNoticedAtOnce() async throws {
        var limits = LookupThreadLimits.unhurried
        limits.threads = 1
        let fixture = try LDAPFixture(limits: limits)
        defer { fixture.pools.close() }
        let table = try fixture.table("127.0.0.1:\(try LoopbackPort.unused())")
        for result in await outcomes(table, keys) { #expect(result.failure?.cause == .unavailable) }
        // Not one attempt a lookup.
        #expect(fixture.log.lines.count < 20)
    }
}
