import Foundation
import LookupTables
import Peers
import Testing

@testable import LDAPTable

/// Definitions that are missing, broken or odd.
@Suite struct DefinitionTests {
    @Test(arguments: [
        ("bind = maybe", "bind"), ("scope =", "scope"), ("timeout = 0", "timeout"),
        ("timeout = soon", "timeout"),
        ("server_port = x", "server_port"), ("server_host = ,", "server_host"),
        ("query_filter = (cn=%x)", "query_filter"),
        ("search_base = %", "search_base"), ("result_format = %q", "result_format"),
        ("recursion_limit = 0", "recursion_limit"),
        ("start_tls = perhaps", "start_tls"), ("chase_referrals = 2", "chase_referrals"),
        ("bind = sasl\nsasl_minssf = -1", "sasl_minssf"), ("domain = /nonexistent/file", "/nonexistent/file"),
        ("a line without equals sign", "missing '='"),
    ])
    func badValuesAreNamed(setting: String, named: String) throws {
        let fixture = try LDAPFixture()
        let error = #expect(throws: TableError.self) {
            try fixture.table("127.0.0.1", "query_filter = (cn=%s)\n" + setting)
        }
        #expect(error?.description.contains(named) == true)
    }

    @Test func absentAndUnreadableFilesFailForTheTimeBeing() async throws {
        let fixture = try LDAPFixture()
        let absent = fixture.opener.open("ldap:\(fixture.directory.path)/absent.cf")
        let failure = await outcome(absent, "x").failure
        #expect(failure?.cause == .configuration)
        #expect(failure?.reason.contains("absent.cf") == true)
        // A directory is unreadable for everybody.
        let unreadable = fixture.opener.open("ldap:\(fixture.directory.path)")
        #expect(await outcome(unreadable, "x").failure?.cause == .configuration)
        #expect(fixture.log.lines.count == 2)
    }

    @Test(arguments: [
        ("version = 4", "Unknown version 4, using 3."),
        ("dereference = 7", "Unrecognized value 7 specified for dereference"),
        ("scope = twig", "Unrecognized value twig specified for scope; using sub"),
        ("cache = yes", "ignoring cache"),
        ("cache_expiry = 3", "ignoring cache_expiry"), ("serach_base = x", "did you mean \"search_base\"?"),
        ("query_filter = (cn=x)", "Fixed query_filter (cn=x) is probably useless"),
        ("server_host = ldap://[::1 ldap://127.0.0.1", "error parsing URL ldap://[::1"),
        ("version = 2\nserver_host = ldaps://127.0.0.1", "require protocol version 3"),
    ])
    func oddValuesAreWarnedOf(setting: String, warning: String) throws {
        let fixture = try LDAPFixture()
        _ = try fixture.table("127.0.0.1", setting)
        #expect(fixture.log.lines.contains { $0.contains(warning) }, "\(fixture.log.lines)")
    }

    @Test(arguments: [
        ("", ["ldap://localhost:389"]), ("server_port = 1389", ["ldap://localhost:1389"]),
        (
            "server_host = a, b:1 ldap://c:2\n ldaps://d ldapi://%2Frun%2Fs\nserver_port = 9",
            ["ldap://a:9", "ldap://b:1", "ldap://c:2", "ldaps://d", "ldapi://%2Frun%2Fs"]
        ),
    ])
    func serversAreRead(settings: String, urls: [String]) throws {
        let fixture = try LDAPFixture()
        let path = try fixture.directory.write("a.cf", settings + "\n")
        let read = try TableSettings(
            type: "ldap", name: path, known: ["server_host", "server_port"], opener: fixture.opener)
        #expect(try LDAPServer.read(read, logger: fixture.opener.logger).map(\.url) == urls)
    }

    @Test func settingsMayStandInTheMainFile() async throws {
        let server = try await Peers.LDAPServer.start(ldif: LDAPFixture.entries)
        let fixture = try LDAPFixture(parameters: [
            "people_server_host": server.url, "people_search_base": Peers.LDAPServer.base,
            "people_query_filter": "(mail=%s)", "people_result_attribute": "maildrop",
        ])
        defer { fixture.pools.close() }
        #expect(try await fixture.opener.openOrFail("ldap:people").lookup("k7") == "v7")
    }

    @Test func resultFilterIsTheOldNameOfResultFormat() async throws {
        let server = try await Peers.LDAPServer.start(ldif: LDAPFixture.entries)
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        let settings = "query_filter = (mail=%s)\nresult_attribute = maildrop\nresult_filter = smtp:[%s]"
        #expect(try await fixture.table(server.url, settings).lookup("k7") == "smtp:[v7]")
    }
}
