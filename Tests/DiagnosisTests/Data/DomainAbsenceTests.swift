import Peers
import Testing

@testable import Diagnosis

/// A domain with mailboxes that is not listed may have been switched off; it takes a sign to call it a mistake.
@Suite struct DomainAbsenceTests {
    private func setup(
        _ sql: String, query: String = "SELECT name FROM domains WHERE name = '%s'",
        columns: String = "name TEXT PRIMARY KEY"
    ) throws -> TriedSetup {
        let setup = try TriedSetup(
            "virtual_mailbox_domains = sqlite:DIR/domains.cf\nvirtual_mailbox_maps = sqlite:DIR/users.cf",
            files: [
                "domains.cf": "dbpath = DIR/mail.sqlite\nquery = \(query)\n",
                "users.cf": "dbpath = DIR/mail.sqlite\nquery = SELECT email FROM users WHERE email = '%s'\n",
            ])
        try Command.require(
            ["sqlite3", "\(setup.path)/mail.sqlite"],
            input: """
                CREATE TABLE domains (\(columns)); CREATE TABLE users (email TEXT PRIMARY KEY);
                INSERT INTO domains (name) VALUES ('example.org'); INSERT INTO users VALUES ('john@example.org');
                \(sql)
                """)
        return setup
    }

    private static let anna = "INSERT INTO users VALUES ('anna@example.com');"
    private static let switched = "name TEXT PRIMARY KEY, active INT NOT NULL DEFAULT 1"
    private static let active = "SELECT name FROM domains WHERE name = '%s' AND active = 1"

    @Test func `a table that has no way to switch a domain off`() async throws {
        try await setup(Self.anna).has(
            UnreachableAddresses.self, .error, about: "example.com", saying: "no column by which",
            "INSERT INTO domains (name) VALUES ('example.com');")
        try await setup("").hasNo(UnreachableAddresses.self)
    }

    @Test(arguments: ["exmaple.com", "example.co", "exampel.com"])
    func `a domain that is a slip away and in which nobody is`(_ listed: String) async throws {
        try await setup(Self.anna + "INSERT INTO domains (name) VALUES ('\(listed)');", columns: Self.switched)
            .has(
                UnreachableAddresses.self, .error, about: "example.com", saying: "where \(listed) is listed",
                "UPDATE domains SET name = 'example.com' WHERE name = '\(listed)';")
    }

    @Test(arguments: [
        // Somebody is there, so it is a domain of its own.
        "INSERT INTO domains (name) VALUES ('exemple.com'); INSERT INTO users VALUES ('x@exemple.com');",
        // Not a slip.
        "INSERT INTO domains (name) VALUES ('elsewhere.com');",
        "INSERT INTO users VALUES ('x@d1.example'); INSERT INTO domains (name) VALUES ('d2.example');",
    ])
    func `a domain that another has nothing to do with stays a warning`(_ sql: String) async throws {
        let findings = try await setup(Self.anna + sql, columns: Self.switched)
            .findings(UnreachableAddresses.self)
        #expect(!findings.isEmpty)
        #expect(findings.allSatisfy { $0.severity == .warning }, "\(findings)")
    }

    @Test func `a domain that is switched off is a warning, with the switch`() async throws {
        try await setup(
            Self.anna + "INSERT INTO domains (name, active) VALUES ('example.com', 0);", query: Self.active,
            columns: Self.switched
        ).has(
            UnreachableAddresses.self, .warning, about: "example.com", saying: "its row is there",
            "UPDATE domains SET active = 1 WHERE name = 'example.com';")
    }

    @Test func `a row that needs more than can be told is left to the operator`() async throws {
        let finding = try await setup(Self.anna, columns: "name TEXT PRIMARY KEY, owner TEXT NOT NULL DEFAULT ''")
            .has(UnreachableAddresses.self, .error)
        #expect(finding.commands.count == 1, "\(finding)")
        let asked = try TriedSetup(
            "virtual_mailbox_domains = sqlite:DIR/domains.cf\nvirtual_mailbox_maps = inline:{anna@example.com=x}",
            files: ["domains.cf": "dbpath = DIR/mail.sqlite\nquery = SELECT name FROM d WHERE name = '%s'\n"])
        try Command.require(
            ["sqlite3", "\(asked.path)/mail.sqlite"],
            input: "CREATE TABLE d (name TEXT, owner TEXT NOT NULL); INSERT INTO d VALUES ('example.org', 'x');")
        let other = try await asked.has(UnreachableAddresses.self, .error, saying: "which needs owner as well")
        #expect(other.commands.isEmpty, "\(other)")
    }
}
