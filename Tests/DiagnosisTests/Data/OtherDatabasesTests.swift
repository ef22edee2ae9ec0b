import Peers
import Testing

@testable import Diagnosis

/// The rules on SQLite and PostgreSQL: one trouble of each kind that depends on the database.
@Suite struct OtherDatabasesTests {
    private static let schema = """
        CREATE TABLE domains (name TEXT PRIMARY KEY);
        CREATE TABLE users (email TEXT PRIMARY KEY);
        CREATE TABLE aliases (source TEXT NOT NULL, destination TEXT);
        INSERT INTO domains VALUES ('example.org');
        INSERT INTO users VALUES ('john@example.org');
        INSERT INTO aliases VALUES ('jack@example.org', 'john@example.org');

        """

    private static func maps(_ login: String) -> [String: String] {
        [
            "domains.cf": login + "query = SELECT name FROM domains WHERE name = '%s'\n",
            "users.cf": login + "query = SELECT '%d/%u/Maildir/' FROM users WHERE email = '%s'\n",
            "aliases.cf": login + "query = SELECT destination FROM aliases WHERE source = '%s'\n",
        ]
    }

    private static func main(_ type: String) -> String {
        """
        virtual_mailbox_domains = \(type):DIR/domains.cf
        virtual_mailbox_maps = \(type):DIR/users.cf
        virtual_alias_maps = \(type):DIR/aliases.cf
        """
    }

    private func setup(_ type: String, _ sql: String) async throws -> TriedSetup {
        guard type == "pgsql" else {
            let setup = try TriedSetup(Self.main(type), files: Self.maps("dbpath = DIR/mail.sqlite\n"))
            try Command.require(["sqlite3", "\(setup.path)/mail.sqlite"], input: Self.schema + sql)
            return setup
        }
        let server = try await PostgreSQLServer.shared()
        let database = try await server.makeDatabase()
        try await server.sql(
            Self.schema + sql + "GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(database);",
            database: database)
        return try TriedSetup(
            Self.main(type),
            files: Self.maps(
                "hosts = 127.0.0.1:\(server.port)\nuser = \(database)\npassword = \(database)\ndbname = \(database)\n"
            ))
    }

    @Test(arguments: ["sqlite", "pgsql"])
    func `a clean setup has nothing above advice`(_ type: String) async throws {
        let setup = try await setup(type, "")
        let findings = await Examination.patient(RuleBook.data).findings(in: try setup.setup())
        let grave = findings.filter { $0.severity > .advice }
        #expect(grave.isEmpty, "\(grave)")
        try await setup.has(
            KeyIndices.self, .advice, about: "aliases.source",
            saying: "CREATE INDEX aliases_source ON aliases (source);")
        let isRead = await (try setup.setup()).data.maps.allSatisfy { $0.isRead }
        #expect(isRead)
    }

    @Test(arguments: ["sqlite", "pgsql"])
    func `an index makes the advice go away`(_ type: String) async throws {
        let setup = try await setup(type, "CREATE INDEX aliases_source ON aliases (source);")
        try await setup.hasNo(KeyIndices.self)
    }

    @Test(arguments: ["sqlite", "pgsql"])
    func `loops, dead ends, NULL and capital letters are found`(_ type: String) async throws {
        let setup = try await setup(
            type,
            """
            INSERT INTO aliases VALUES ('a@example.org', 'b@example.org'), ('b@example.org', 'a@example.org'),
              ('info@example.org', 'jhon@example.org'), ('none@example.org', NULL), ('Big@example.org', 'john@example.org');

            """)
        try await setup.has(
            AliasLoops.self, .error, saying: "a@example.org -> b@example.org -> a@example.org")
        try await setup.has(
            AliasDeadEnds.self, .error, about: "jhon@example.org", saying: "did you mean john@example.org?")
        try await setup.has(AliasDestinations.self, .error, about: "none@example.org", saying: "NULL")
        try await setup.has(
            EntriesNeverFound.self, .error, about: "big@example.org", saying: "capital letters")
    }

    @Test(arguments: ["sqlite", "pgsql"])
    func `mailboxes that a catch-all shadows are found`(_ type: String) async throws {
        let setup = try await setup(type, "INSERT INTO aliases VALUES ('@example.org', 'kim@example.net');")
        try await setup.has(ShadowedMailboxes.self, .error, saying: "john@example.org")
    }

    @Test(arguments: ["sqlite", "pgsql"])
    func `a column that is not there`(_ type: String) async throws {
        let setup = try await setup(type, "ALTER TABLE aliases RENAME COLUMN destination TO goto;")
        try await setup.has(
            QueryStatements.self, .error, about: "\(type):DIR/aliases.cf", saying: "destination")
    }
}
