import Foundation
import Peers
import Testing

@testable import Diagnosis

/// Rules that ask the database about itself, with a real MariaDB.
@Suite struct DatabaseAccessTests {
    @Test func `a user that the server refuses is named with its file and the server's words`() async throws {
        let server = try await MariaDBServer.shared()
        let guide = try await GuideFixture.make(in: server)
        let maps = guide.maps(hosts: "127.0.0.1:\(server.port)").mapValues {
            $0.replacing("password = \(guide.database)", with: "password = wrong")
        }
        let setup = try TriedSetup(GuideFixture.mainCf, files: maps)
        let finding = try await setup.has(
            DatabaseAccess.self, .error, saying: "Access denied for user '\(guide.database)'",
            "mysql-virtual-alias-maps.cf, line 1: user = \(guide.database)",
            "SHOW GRANTS FOR '\(guide.database)'@'",
            "GRANT SELECT ON \(guide.database).*")
        #expect(finding.disables.count == 4)
        let all = ([finding.message, finding.cure] + finding.evidence.map(\.description)).joined()
        #expect(!all.contains("wrong"))
        // What cannot be asked is one trouble, not one of each rule.
        let findings = await Examination.patient(RuleBook.data).findings(in: try setup.setup())
        #expect(findings.filter { $0.rule != "database-access" }.isEmpty, "\(findings.map(\.rule))")
    }

    @Test func `the guide's own user is let in`() async throws {
        let setup = try await GuideSetup.make()
        try await setup.hasNo(DatabaseAccess.self)
        try await setup.hasNo(SocketOrAddress.self)
        try await setup.hasNo(DatabaseConnections.self)
        try await setup.hasNo(QueryStatements.self)
        try await setup.hasNo(KeyCollations.self)
    }

    @Test func `a database or a server that is not there`() async throws {
        let server = try await MariaDBServer.shared()
        let guide = try await GuideFixture.make(in: server)
        let unknown = guide.maps(hosts: "127.0.0.1:\(server.port)").mapValues {
            $0.replacing("dbname = \(guide.database)", with: "dbname = \(guide.database)x")
        }
        try await TriedSetup(GuideFixture.mainCf, files: unknown).has(
            DatabaseAccess.self, .error, saying: "dbname")
        let port = try LoopbackPort.unused()
        try await TriedSetup(GuideFixture.mainCf, files: guide.maps(hosts: "127.0.0.1:\(port)"))
            .has(DatabaseAccess.self, .error, saying: "cannot be reached", "start the server")
        try await TriedSetup(
            "virtual_alias_maps = sqlite:DIR/a.cf\n",
            files: ["a.cf": "dbpath = DIR/gone.sqlite\nquery = SELECT '%s'\n"]
        ).has(DatabaseAccess.self, .error, about: "sqlite:DIR/a.cf", saying: "gone.sqlite", "dbpath")
    }
}

@Suite struct SocketOrAddressTests {
    /// A user for one way in, and maps that take the other.
    private func setup(grantedFor host: String, hosts: String) async throws -> TriedSetup {
        let server = try await MariaDBServer.shared()
        let guide = try await GuideFixture.make(in: server)
        try await server.sql(
            """
            DROP USER '\(guide.database)'@'%', '\(guide.database)'@'localhost';
            CREATE USER '\(guide.database)'@'\(host)' IDENTIFIED BY '\(guide.database)';
            GRANT SELECT ON \(guide.database).* TO '\(guide.database)'@'\(host)';
            """)
        let maps = guide.maps(hosts: hosts).mapValues { $0 + "option_file = DIR/my.cnf\n" }
        return try TriedSetup(
            GuideFixture.mainCf,
            files: maps.merging(["my.cnf": "[client]\nsocket=\(server.socket)\nport=\(server.port)\n"]) { $1 }
        )
    }

    @Test func `localhost is the socket, and the user was granted for 127.0.0.1`() async throws {
        let setup = try await setup(grantedFor: "127.0.0.1", hosts: "localhost")
        try await setup.has(
            SocketOrAddress.self, .error, saying: "localhost is the UNIX socket", "write hosts = 127.0.0.1",
            "hosts = localhost")
        try await setup.hasNo(DatabaseAccess.self)
        try await self.setup(grantedFor: "127.0.0.1", hosts: "127.0.0.1").hasNo(SocketOrAddress.self)
    }

    @Test func `127.0.0.1 is TCP, and the user was granted for localhost where no names are resolved`()
        async throws
    {
        let setup = try await setup(grantedFor: "localhost", hosts: "127.0.0.1")
        try await setup.has(SocketOrAddress.self, .error, saying: "write hosts = localhost")
        try await self.setup(grantedFor: "localhost", hosts: "localhost").hasNo(SocketOrAddress.self)
    }
}

@Suite struct DatabaseConnectionsTests {
    @Test func `a user that may have fewer connections than a pool`() async throws {
        let server = try await MariaDBServer.shared()
        let guide = try await GuideFixture.make(in: server)
        func limit(_ number: Int) -> String {
            "ALTER USER '\(guide.database)'@'%' WITH MAX_USER_CONNECTIONS \(number);"
                + "ALTER USER '\(guide.database)'@'localhost' WITH MAX_USER_CONNECTIONS \(number);"
        }
        try await server.sql(limit(2))
        let setup = try TriedSetup(GuideFixture.mainCf, files: guide.maps(hosts: "127.0.0.1:\(server.port)"))
        let finding = try await setup.has(
            DatabaseConnections.self, .error, saying: "may have 2 connections", "want up to 4")
        try await TriedSetup(
            GuideFixture.mainCf + "lookup_connection_limit = 2\n",
            files: guide.maps(hosts: "127.0.0.1:\(server.port)")
        ).hasNo(DatabaseConnections.self)
        try await server.sql(try #require(finding.commands.first).text)
        try await setup.hasNo(DatabaseConnections.self)
    }

    @Test func `a server that is full`() async throws {
        let server = try await MariaDBServer.start(options: ["--max-connections=10"])
        let guide = try await GuideFixture.make(in: server)
        let maps = guide.maps(hosts: "127.0.0.1:\(server.port)")
        let wanting = try TriedSetup(GuideFixture.mainCf + "lookup_connection_limit = 20\n", files: maps)
        let small = try await wanting.has(
            DatabaseConnections.self, .error, saying: "takes 10 connections", "want up to 20")
        try await server.sql(try #require(small.commands.first).text)
        try await wanting.hasNo(DatabaseConnections.self)
        try await server.sql("SET GLOBAL max_connections = 10")
        let setup = try TriedSetup(GuideFixture.mainCf, files: maps)
        let sleepers = (0..<8).map { _ in
            Task { try await server.sql("SELECT SLEEP(120)", database: guide.database) }
        }
        defer { for sleeper in sleepers { sleeper.cancel() } }
        let areAsleep = try await Eventually.holds {
            let count = try await server.sql(
                "SELECT count(*) FROM information_schema.PROCESSLIST WHERE COMMAND='Query'")
            return (Int(count.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0) >= 8
        }
        #expect(areAsleep)
        try await setup.has(
            DatabaseConnections.self, .warning, saying: "of the server's 10 connections are taken",
            "want up to 4")
        server.halt()
    }
}

@Suite struct StatementRulesTests {
    private func setup(_ query: String, sql: String = "") async throws -> TriedSetup {
        let server = try await MariaDBServer.shared()
        let guide = try await GuideFixture.make(in: server, sql: sql)
        var maps = guide.maps(hosts: "127.0.0.1:\(server.port)")
        maps["mysql-virtual-alias-maps.cf"]?.replace(
            "SELECT destination FROM virtual_aliases WHERE source='%s'", with: query)
        return try TriedSetup(GuideFixture.mainCf, files: maps)
    }

    @Test(arguments: [
        (
            "SELECT destination FROM virtual_aliases WHERE sauce='%s'", "Unknown column 'sauce'",
            "did you mean source?"
        ),
        (
            "SELECT destination FROM virtual_alias WHERE source='%s'", "doesn't exist",
            "did you mean virtual_aliases?"
        ),
        (
            "SELECT destination FORM virtual_aliases WHERE source='%s'", "error in your SQL syntax",
            "postmap -q"
        ),
    ])
    func `a statement that the server refuses`(_ query: String, _ words: String, _ cure: String) async throws
    {
        let setup = try await setup(query)
        let finding = try await setup.has(
            QueryStatements.self, .error, about: "mysql:DIR/mysql-virtual-alias-maps.cf", saying: words, cure,
            "mysql-virtual-alias-maps.cf, line 5")
        #expect(finding.disables == [finding.subject])
    }

    @Test func `a missing index is advice while the table is small, and a warning when it is large`()
        async throws
    {
        let query = "SELECT destination FROM virtual_aliases WHERE source='%s'"
        let cure = "CREATE INDEX virtual_aliases_source ON virtual_aliases (source);"
        try await setup(query).has(KeyIndices.self, .advice, about: "virtual_aliases.source", saying: cure)
        let many =
            "INSERT INTO virtual_aliases (domain_id, source, destination) "
            + "SELECT 1, CONCAT('a', seq, '@example.org'), 'john@example.org' FROM seq_1_to_12000; ANALYZE TABLE virtual_aliases;"
        let large = try await setup(query, sql: many)
        try await large.has(
            KeyIndices.self, .warning, about: "virtual_aliases.source", saying: cure, "type ALL")
        let indexed = try await setup(query, sql: many + cure)
        let findings = try await indexed.findings(KeyIndices.self)
        let subjects = findings.map(\.subject)
        #expect(!subjects.contains("virtual_aliases.source"))
    }

    @Test func `an index that a function keeps from being used`() async throws {
        let index = "CREATE INDEX virtual_aliases_source ON virtual_aliases (source);"
        let query = "SELECT destination FROM virtual_aliases WHERE LOWER(source)='%s'"
        let setup = try await setup(query, sql: index)
        try await setup.has(
            KeyCollations.self, .advice, about: "virtual_aliases.source",
            saying: "the index virtual_aliases_source on virtual_aliases.source is not used")
        let subjects = try await setup.findings(KeyIndices.self).map(\.subject)
        #expect(!subjects.contains("virtual_aliases.source"), "\(subjects)")
    }

    @Test func `a column that cannot be compared with every address`() async throws {
        let latin = "ALTER TABLE virtual_aliases MODIFY source varchar(100) CHARACTER SET latin1 NOT NULL;"
        let query = "SELECT destination FROM virtual_aliases WHERE source='%s'"
        try await setup(query, sql: latin)
            .has(
                KeyCollations.self, .advice, about: "virtual_aliases.source",
                saying: "Illegal mix of collations",
                "latin1_swedish_ci", "MODIFY source varchar(100) CHARACTER SET utf8mb4 NOT NULL;")
        try await setup(query).hasNo(KeyCollations.self)
    }
}
