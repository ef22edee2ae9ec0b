import LookupTables
import Peers
import Testing

@testable import MySQLTable

/// The ways to log in that the client library and a real MariaDB have in common.
@Suite struct AuthenticationTests {
    @Test func ed25519() async throws {
        let server = try await MariaDBServer.start(options: ["--plugin-load-add=auth_ed25519"])
        let fixture = try await MySQLFixture(servers: [server])
        defer { fixture.pools.close() }
        try await server.sql(
            """
            CREATE USER 'edward'@'localhost' IDENTIFIED VIA ed25519 USING PASSWORD('s3cret-w0rd');
            GRANT SELECT ON \(fixture.database).* TO 'edward'@'localhost';
            """)
        let table = try fixture.table(
            "query = SELECT CURRENT_USER(), '%s'\nuser = edward\npassword = s3cret-w0rd")
        #expect(try await table.lookup("x") == "edward@localhost,x")
        let wrong = try fixture.table("query = SELECT '%s'\nuser = edward\npassword = other")
        let failure = await #expect(throws: LookupFailure.self) { try await wrong.lookup("x") }
        #expect(failure?.cause == .unavailable)
        #expect(failure?.reason.contains("Access denied") == true)
    }

    /// A certificate instead of, or beside, a password.
    @Test func clientCertificates() async throws {
        let directory = try TemporaryDirectory("tls")
        try await Blocking.run {
            try Command.require([
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=an authority",
                "-keyout", directory.appending("ca.key"), "-out", directory.appending("ca.pem"),
            ])
            for (name, extensions) in [
                ("server", "subjectAltName=IP:127.0.0.1"), ("client", "keyUsage=digitalSignature"),
            ] {
                let file = try directory.write("\(name).ext", extensions)
                try Command.require([
                    "openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(name)",
                    "-keyout", directory.appending("\(name).key"), "-out", directory.appending("\(name).csr"),
                ])
                try Command.require([
                    "openssl", "x509", "-req", "-in", directory.appending("\(name).csr"), "-days", "2",
                    "-CA", directory.appending("ca.pem"), "-CAkey", directory.appending("ca.key"),
                    "-CAcreateserial",
                    "-extfile", file, "-out", directory.appending("\(name).pem"),
                ])
            }
            _ = try directory.makeDirectory("authorities")
            try Command.require([
                "cp", directory.appending("ca.pem"), directory.appending("authorities/ca.pem"),
            ])
            try Command.require(["openssl", "rehash", directory.appending("authorities")])
        }
        let server = try await MariaDBServer.start(options: [
            "--ssl-ca=\(directory.appending("ca.pem"))", "--ssl-cert=\(directory.appending("server.pem"))",
            "--ssl-key=\(directory.appending("server.key"))",
        ])
        let fixture = try await MySQLFixture(servers: [server])
        defer { fixture.pools.close() }
        try await server.sql("ALTER USER '\(fixture.database)'@'%' REQUIRE X509")
        let hosts = "127.0.0.1:\(server.port)"
        let cipher =
            "query = SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_cipher' AND '%s' <> ''\n"
        let own = """
            tls_cert_file = \(directory.appending("client.pem"))
            tls_key_file = \(directory.appending("client.key"))
            tls_verify_cert = yes

            """
        let file = "tls_CAfile = \(directory.appending("ca.pem"))\n"
        #expect(try await fixture.table(cipher + own + file, hosts: hosts).lookup("x")?.isEmpty == false)
        let path = "tls_CApath = \(directory.appending("authorities"))\n"
        #expect(try await fixture.table(cipher + own + path, hosts: hosts).lookup("x")?.isEmpty == false)
        let ciphers = file + "tls_ciphers = ECDHE-RSA-AES128-GCM-SHA256\n"
        let negotiated = try await fixture.table(cipher + own + ciphers, hosts: hosts).lookup("x")
        #expect(negotiated == "ECDHE-RSA-AES128-GCM-SHA256" || negotiated?.hasPrefix("TLS_AES") == true)
        // Without the certificate, without an authority, and with a list that has no common cipher.
        for settings in [
            file, own, own + file.replacing("ca.pem", with: "client.pem"),
            own + file + "tls_ciphers = NO-SUCH-CIPHER\n",
        ] {
            let failure = await #expect(throws: LookupFailure.self, "\(settings)") {
                try await fixture.table(cipher + settings, hosts: hosts).lookup("x")
            }
            #expect(failure?.cause == .unavailable)
        }
    }
}
