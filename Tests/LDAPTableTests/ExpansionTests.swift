import LookupTables
import Peers
import Testing

@testable import LDAPTable

/// Entries that refer to entries.
@Suite struct ExpansionTests {
    private static let settings = """
        query_filter = (cn=%s)
        result_attribute = maildrop
        special_result_attribute = memberdn

        """

    @Test func aLargeGroupTakesOneRoundTripALevel() async throws {
        let members = (1...300).map { ("memberdn", "cn=k\($0),\(LDAPServer.base)") }
        let server = try await LDAPServer.start(ldif: LDAPFixture.entries + LDAPServer.entry("all", members))
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        let table = try fixture.table(server.url, Self.settings)
        let expected = (1...300).map { "v\($0)" }.sorted().joined(separator: ",")
        let found = try await table.lookup("all")
        #expect(found?.split(separator: ",").sorted().joined(separator: ",") == expected)
        let limited = try fixture.table(server.url, Self.settings + "expansion_limit = 299")
        #expect(await outcome(limited, "all").failure?.cause == .result)
        let exact = try fixture.table(server.url, Self.settings + "expansion_limit = 300")
        #expect(await outcome(exact, "all").failure == nil)
    }

    /// Each of 60 entries names the next one twice: 2^60 ways through them.
    @Test func entriesThatDoubleAtEachStepFailInTime() async throws {
        let chain = (0..<60).map { step in
            LDAPServer.entry(
                "d\(step)",
                [
                    ("memberdn", "cn=d\(step + 1),\(LDAPServer.base)"),
                    ("memberdn", "CN=d\(step + 1),\(LDAPServer.base)"), ("maildrop", "x"),
                ])
        }
        let server = try await LDAPServer.start(ldif: LDAPServer.baseEntry + chain.joined())
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        let failure = await outcome(try fixture.table(server.url, Self.settings), "d0").failure
        #expect(failure?.cause == .result)
        #expect(failure?.reason.contains("refer to each other") == true)
    }

    @Test func aCircleFails() async throws {
        let ring = (0..<5).map { step in
            LDAPServer.entry(
                "r\(step)",
                [
                    ("memberdn", "cn=r\((step + 1) % 5),\(LDAPServer.base)"),
                    ("memberdn", "cn=r0,\(LDAPServer.base)"),
                ])
        }
        let server = try await LDAPServer.start(ldif: LDAPServer.baseEntry + ring.joined())
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        let failure = await outcome(try fixture.table(server.url, Self.settings), "r0").failure
        #expect(
            failure?.reason.contains("Recursion limit exceeded for special attribute memberdn=cn=r") == true)
        #expect(failure?.reason.contains("recursion_limit") == true)
    }

    @Test func explainSeesEachSearch() async throws {
        let server = try await LDAPServer.start(
            ldif: LDAPFixture.entries + LDAPServer.entry("two", [("memberdn", "cn=k2,\(LDAPServer.base)")]))
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        let observer = Recorder()
        let table = try fixture.table(
            server.url,
            Self.settings + "bind_dn = \(LDAPServer.administrator)\nbind_pw = \(LDAPServer.password)")
        #expect(try await table.lookup("two", observer: observer) == "v2")
        #expect(
            observer.statements == [
                "ldapsearch -b '\(LDAPServer.base)' -s sub '(cn=two)' maildrop memberdn; "
                    + "ldapsearch -b 'cn=k2,\(LDAPServer.base)' -s base 'objectclass=*' maildrop memberdn"
            ])
        #expect(observer.hosts == [server.url])
    }
}
