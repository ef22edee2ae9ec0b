import Foundation
import LookupTables
import Peers
import Testing

@testable import MySQLTable

/// Each accepted setting acts.
@Suite struct SettingsTests {
    @Test(arguments: [
        ("a", [DatabaseHost(.inet(name: "a", port: nil), description: "a")]),
        (
            "a:1, inet:b:2 unix:/s",
            [
                DatabaseHost(.inet(name: "a", port: 1), description: "a:1"),
                DatabaseHost(.inet(name: "b", port: 2), description: "inet:b:2"),
                DatabaseHost(.unix(path: "/s"), description: "unix:/s"),
            ]
        ),
        (
            "localhost inet:localhost",
            [
                DatabaseHost(.unix(path: nil), description: "localhost"),
                DatabaseHost(.unix(path: nil), description: "inet:localhost"),
            ]
        ),
        (
            "[::1]:3306 ::1",
            [
                DatabaseHost(.inet(name: "::1", port: 3306), description: "[::1]:3306"),
                DatabaseHost(.inet(name: "::1", port: nil), description: "::1"),
            ]
        ),
        ("", [DatabaseHost(.unix(path: nil), description: "localhost")]),
    ])
    func hostsAreRead(text: String, hosts: [DatabaseHost]) throws {
        #expect(try MySQLHosts.read(text) == hosts)
    }

    @Test(arguments: ["a:", "a:x", "a:0", "a:70000", ":3306", "[::1]x"])
    func hostsThatNameNoPlaceAreRefused(text: String) {
        #expect(throws: TableError.self) { try MySQLHosts.read(text) }
    }

    @Test(arguments: [
        "charset = klingon", "require_result_set = maybe", "idle_interval = soon", "retry_interval = -1",
        "tls_verify_cert = 2", "hosts = a:b", "dbname =",
    ])
    func badValuesAreNamed(setting: String) async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let error = #expect(throws: TableError.self) { try fixture.table("query = SELECT 1\n\(setting)") }
        #expect(error?.description.contains(String(setting.prefix { $0 != " " })) == true)
    }

    @Test func charsetIsTheConnections() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let query = "query = SELECT @@character_set_client"
        #expect(try await fixture.table(query).lookup("x") == "utf8mb4")
        #expect(try await fixture.table(query + "\ncharset = latin1").lookup("x") == "latin1")
        let options = try fixture.directory.write("my.cnf", "[client]\ndefault-character-set = latin2\n")
        #expect(try await fixture.table(query + "\noption_file = \(options)").lookup("x") == "utf8mb4")
    }

    @Test func optionFilesNameUserAndPassword() async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let options = try fixture.directory.write(
            "my.cnf",
            "[client]\nuser = wrong\n[mine]\nuser = \(fixture.database)\npassword = \(fixture.database)\n")
        let table = try fixture.table(
            "query = SELECT current_user()\nuser =\npassword =\noption_file = \(options)\noption_group = mine"
        )
        #expect(try await table.lookup("x")?.hasPrefix(fixture.database) == true)
    }

    @Test func tlsIsAMustWhereItIsSet() async throws {
        let certificates = try TemporaryDirectory("tls")
        for (name, other) in [("server", "localhost"), ("stranger", "elsewhere")] {
            try Command.require([
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=\(other)",
                "-addext", "subjectAltName=IP:127.0.0.1",
                "-keyout", certificates.appending("\(name).key"), "-out",
                certificates.appending("\(name).pem"),
            ])
        }
        let server = try await MariaDBServer.start(options: [
            "--ssl-cert=\(certificates.appending("server.pem"))",
            "--ssl-key=\(certificates.appending("server.key"))",
        ])
        let fixture = try await MySQLFixture(servers: [server])
        defer { fixture.pools.close() }
        let query =
            "query = SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_version'"
        let hosts = "127.0.0.1:\(server.port)"
        #expect(try await fixture.table(query, hosts: hosts).lookup("x") == nil)
        let trusted = query + "\ntls_verify_cert = yes\ntls_CAfile = \(certificates.appending("server.pem"))"
        #expect(try await fixture.table(trusted, hosts: hosts).lookup("x")?.hasPrefix("TLS") == true)

        let stranger =
            query + "\ntls_verify_cert = yes\ntls_CAfile = \(certificates.appending("stranger.pem"))"
        let failure = await #expect(throws: LookupFailure.self) {
            try await fixture.table(stranger, hosts: hosts).lookup("x")
        }
        #expect(failure?.cause == .unavailable)

        let plain = try await MySQLFixture(servers: [.shared()])
        defer { plain.pools.close() }
        let bare = await #expect(throws: LookupFailure.self) {
            try await plain.table(query + "\ntls_CAfile = \(certificates.appending("server.pem"))").lookup(
                "x")
        }
        #expect(bare?.cause == .unavailable)
    }
}
