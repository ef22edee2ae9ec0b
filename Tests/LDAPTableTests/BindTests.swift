import CLDAP
import LookupTables
import Peers
import Testing

@testable import LDAPTable

/// Who the server thinks we are, and over what.
@Suite struct BindTests {
    /// Its entries may be read by the administrator alone.
    private static let closed =
        "access to dn.subtree=\"\(LDAPServer.base)\" by dn.exact=\"cn=reader,\(LDAPServer.base)\" read by anonymous auth by * none"

    private static let entries =
        LDAPFixture.entries + LDAPServer.entry("reader", [("userPassword", "r3ader")])

    private func lookup(
        _ fixture: LDAPFixture, _ host: String, _ settings: String
    ) async throws -> Result<String?, LookupFailure> {
        let table = try fixture.table(
            host, "query_filter = (mail=%s)\nresult_attribute = maildrop\n" + settings)
        return await outcome(table, "k1")
    }

    @Test func bindingMakesTheDifference() async throws {
        let server = try await LDAPServer.start(
            ldif: Self.entries,
            lines: """
                \(Self.closed)
                authz-regexp "gidNumber=.*,cn=peercred,cn=external,cn=auth" "cn=reader,\(LDAPServer.base)"
                authz-regexp "uid=([^,]*),cn=[^,]*,cn=auth" "cn=$1,\(LDAPServer.base)"
                sasl-secprops none
                password-hash {CLEARTEXT}
                """)
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        let reader = "bind_dn = cn=reader,\(LDAPServer.base)\n"
        for settings in ["bind = yes\n", "bind = simple\n", "", "version = 3\n"] {
            #expect(
                try await lookup(fixture, server.url, settings + reader + "bind_pw = r3ader")
                    == .success("v1"))
        }
        #expect(try await lookup(fixture, server.url, "bind = no\nsearch_base = cn=%s,dc=x").failure == nil)
        for settings in ["bind = no", "bind = none", "bind = yes"] {
            // To somebody unknown, the base itself is hidden.
            #expect(try await lookup(fixture, server.url, settings).failure?.cause == .statement)
        }
        #expect(
            try await lookup(fixture, server.socketURL, "bind = sasl\nsasl_mechs = EXTERNAL")
                == .success("v1"))
        #expect(
            try await lookup(
                fixture, server.url,
                "bind = sasl\nsasl_mechs = SCRAM-SHA-256\nbind_dn = reader\nbind_pw = r3ader")
                == .success("v1"))
    }

    @Test func aWrongPasswordFailsWithoutShowingIt() async throws {
        let server = try await LDAPServer.start(ldif: Self.entries, lines: Self.closed)
        let fixture = try LDAPFixture()
        defer {
            fixture.pools.close()
            // It is the whole program's.
            var level: Int32 = 0
            ldap_set_option(nil, LDAP_OPT_DEBUG_LEVEL, &level)
        }
        for bind in ["yes", "sasl\nsasl_mechs = DIGEST-MD5"] {
            let failure = try await lookup(
                fixture, server.url,
                "bind = \(bind)\nbind_dn = cn=reader,\(LDAPServer.base)\nbind_pw = wr0ng-secret\ndebuglevel = -1"
            ).failure
            #expect(failure?.cause == .unavailable)
            #expect(!"\(String(describing: failure)) \(fixture.log.lines)".contains("wr0ng-secret"))
        }
        #expect(
            fixture.log.lines.contains {
                $0.contains("Unable to bind to server \(server.url) with dn cn=reader")
            })
        // What the client library tells of itself is there.
        #expect(fixture.log.lines.contains { $0.contains("dict_ldap_debug: ") })
    }

    @Test func tlsIsVerifiedWhereItIsAsked() async throws {
        let certificates = try TemporaryDirectory("tls")
        for (name, subject) in [("server", "localhost"), ("stranger", "elsewhere")] {
            try Command.require([
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=\(subject)",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", certificates.appending("\(name).key"),
                "-out", certificates.appending("\(name).pem"),
            ])
        }
        let server = try await LDAPServer.start(
            ldif: LDAPFixture.entries,
            certificate: (certificates.appending("server.pem"), certificates.appending("server.key")))
        let fixture = try LDAPFixture()
        defer { fixture.pools.close() }
        let verified = "tls_require_cert = yes\ntls_ca_cert_file = "
        for (url, start) in [(server.secureURL, ""), (server.url, "start_tls = yes\n")] {
            let own = verified + certificates.appending("server.pem")
            let other = verified + certificates.appending("stranger.pem")
            #expect(try await lookup(fixture, url, start) == .success("v1"))
            #expect(try await lookup(fixture, url, start + own) == .success("v1"))
            let failure = try await lookup(fixture, url, start + other).failure
            #expect(failure?.cause == .unavailable)
            // One map's certificate is not another's.
            #expect(try await lookup(fixture, url, start + own) == .success("v1"))
            let missing = try await lookup(fixture, url, start + verified + "/nonexistent").failure
            #expect(missing?.cause == .unavailable)
        }
        let plain = try await LDAPServer.start(ldif: LDAPFixture.entries)
        let failure = try await lookup(fixture, plain.url, "start_tls = yes").failure
        #expect(failure?.cause == .unavailable)
        #expect(failure?.reason.contains("STARTTLS") == true)
    }
}
