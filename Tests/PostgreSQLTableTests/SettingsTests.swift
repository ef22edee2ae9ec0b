import LookupTables
import Peers
import PostfixConfig
import Synchronization
import Testing

@testable import PostgreSQLTable

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
            "localhost,/run/postgresql",
            [
                DatabaseHost(.inet(name: "localhost", port: nil), description: "localhost"),
                DatabaseHost(.unix(path: "/run/postgresql"), description: "/run/postgresql"),
            ]
        ),
        (
            "[::1]:5433 ::1",
            [
                DatabaseHost(.inet(name: "::1", port: 5433), description: "[::1]:5433"),
                DatabaseHost(.inet(name: "::1", port: nil), description: "::1"),
            ]
        ),
        ("", [DatabaseHost(.inet(name: "localhost", port: nil), description: "localhost")]),
        (
            "postgresql://u:p%40ss@h:5433/d?sslmode=require",
            [DatabaseHost(.inet(name: "h", port: 5433), description: "postgresql://h:5433/d")]
        ),
        (
            "postgresql:///d?host=/run/x&password=p",
            [DatabaseHost(.inet(name: "/run/x", port: nil), description: "postgresql:///run/x/d")]
        ),
    ])
    func hostsAreRead(text: String, hosts: [DatabaseHost]) throws {
        #expect(try PostgreSQLHosts.read(text).map(\.host) == hosts)
    }

    @Test(arguments: [
        "a:", "a:x", "a:0", "a:70000", ":5432", "[::1]x", "unix:", "postgresql://u:s3cret%zz@h/d",
        "postgresql://u:s3cret@h/d?nonsense=1", "postgresql://u:s3cret@h:port:x/d?=",
    ])
    func hostsThatNameNoPlaceAreRefused(text: String) {
        let error = #expect(throws: TableError.self) { try PostgreSQLHosts.read(text) }
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test(arguments: [
        "encoding = klingon", "encoding =", "idle_interval = soon", "retry_interval = -1", "hosts = a:b",
        "dbname =",
        "query = SELECT '%x'", "result_format = %y",
    ])
    func badValuesAreNamed(setting: String) async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let error = #expect(throws: TableError.self) { try fixture.table("query = SELECT 1\n\(setting)") }
        let named =
            setting.hasSuffix("'%x'") ? "query template" : String(setting.prefix { $0 != " " && $0 != "_" })
        #expect(error?.description.contains(named) == true)
    }

    @Test func unknownSettingsAreNamedWithWhatWasMeant() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        _ = try fixture.table("query = SELECT 1\nencodin = UTF8")
        #expect(
            fixture.log.lines.contains {
                $0.contains("unknown setting \"encodin\"") && $0.contains("\"encoding\"?")
            })
    }

    @Test(arguments: [
        ("", "UTF8"), ("encoding = LATIN1", "LATIN1"), ("encoding = latin9", "LATIN9"),
        ("encoding = SJIS", "SJIS"),
        ("encoding = WIN1252", "WIN1252"),
    ])
    func encodingIsTheConnections(setting: String, name: String) async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let query = "query = SELECT current_setting('client_encoding')\n"
        #expect(try await fixture.table(query + setting).lookup("x")?.uppercased() == name)
    }

    @Test func olderQueriesAreBuilt() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let fields = "table = t\nselect_field = v\nwhere_field = k\nadditional_conditions = AND v <> 'v2'\n"
        #expect(try await fixture.table(fields).lookup("k1") == "v1")
        #expect(try await fixture.table(fields).lookup("k2") == nil)
        // A function goes before fields, and a query before both.
        #expect(try await fixture.table(fields + "select_function = upper").lookup("x@y") == "X@Y")
        #expect(
            try await fixture.table("select_function = upper\nquery = SELECT lower('%s')").lookup("X") == "x")
    }

    @Test(arguments: ["postgresql", "postgres"])
    func aURISaysEverything(scheme: String) async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let (name, port) = (fixture.database, fixture.servers[0].port)
        let table = try fixture.table(
            "query = SELECT current_user, current_database()\nuser = nobody\ndbname =\npassword = wrong",
            hosts:
                "\(scheme)://\(name):\(name)@127.0.0.1:\(port)/\(name)?application_name=x&connect_timeout=60")
        #expect(try await table.lookup("x") == "\(name),\(name)")
        let encoding = try fixture.table(
            "query = SELECT current_setting('client_encoding'), current_setting('application_name')",
            hosts:
                "\(scheme)://\(name):\(name)@127.0.0.1:\(port)/\(name)?application_name=x&client_encoding=LATIN1"
        )
        #expect(try await encoding.lookup("x") == "UTF8,x")
    }

    @Test func settingsMayStandInTheMainFile() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let opener = TableOpener(
            configuration: try Configuration(
                directory: fixture.directory.path,
                values: [
                    "aliases_hosts": "127.0.0.1:\(fixture.servers[0].port)", "aliases_user": fixture.database,
                    "aliases_password": fixture.database, "aliases_dbname": fixture.database,
                    "aliases_query": "SELECT v FROM t WHERE k = '%s'", "aliases_result_format": "<%s>",
                ]),
            drivers: [PostgreSQLDriver(pools: fixture.pools)], logger: fixture.log.logger("test"))
        #expect(try await opener.openOrFail("pgsql:aliases").lookup("k7") == "<v7>")
    }

    @Test func whoeverWatchesSeesTheStatementAndTheHostAndNoPassword() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let (name, port) = (fixture.database, fixture.servers[0].port)
        let table = try fixture.table(
            "query = SELECT v FROM t WHERE k = '%s'",
            hosts: "postgresql://\(name):\(name)@127.0.0.1:\(port)/\(name)")
        let watcher = Watcher()
        #expect(try await table.lookup("o'hara", observer: watcher) == nil)
        #expect(
            watcher.seen == ["SELECT v FROM t WHERE k = 'o''hara' at postgresql://127.0.0.1:\(port)/\(name)"])
    }

    private final class Watcher: LookupObserver {
        private let questions = Mutex<[String]>([])
        var seen: [String] { questions.withLock { $0 } }

        func asked(statement: String, host: String, duration: Duration) {
            questions.withLock { $0.append("\(statement) at \(host)") }
        }
    }

    @Test func tlsIsAMustWhereAURISaysSo() async throws {
        let certificates = try TemporaryDirectory("tls")
        for name in ["server", "stranger"] {
            try Command.require([
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=\(name)",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", certificates.appending("\(name).key"),
                "-out", certificates.appending("\(name).pem"),
            ])
        }
        let server = try await PostgreSQLServer.start(
            certificate: certificates.appending("server.pem"), key: certificates.appending("server.key"))
        let fixture = try await PostgreSQLFixture(servers: [server])
        defer { fixture.pools.close() }
        let name = fixture.database
        func table(_ port: Int, _ options: String) throws -> any LookupTable {
            try fixture.table(
                "query = SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
                hosts: "postgresql://\(name):\(name)@127.0.0.1:\(port)/\(name)?\(options)")
        }
        let verified = "sslmode=verify-full&sslrootcert="
        #expect(
            try await table(server.port, verified + certificates.appending("server.pem")).lookup("x") == "t")
        #expect(try await table(server.port, "sslmode=disable").lookup("x") == "f")
        let stranger = await #expect(throws: LookupFailure.self) {
            try await table(server.port, verified + certificates.appending("stranger.pem")).lookup("x")
        }
        #expect(stranger?.cause == .unavailable)
        let plain = try await PostgreSQLServer.shared()
        let bare = await #expect(throws: LookupFailure.self) {
            try await table(plain.port, "sslmode=require").lookup("x")
        }
        #expect(bare?.reason.contains("SSL") == true)
    }
}
