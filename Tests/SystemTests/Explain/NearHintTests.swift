import Foundation
import Peers
import Testing

/// "User unknown", and yet the row is there: what operators have puzzled over in forums.
@Suite struct NearHintTests {
    private static func hints(_ guide: ExplainedGuide, _ address: String) async throws -> [String] {
        try await guide.text(address).split(separator: "\n").map(String.init).filter {
            $0.hasPrefix("  note ") || $0.hasPrefix("    cure ")
        }
    }

    @Test func `a row that a lookup does not find is shown with what keeps it out, and the cure works`()
        async throws
    {
        let guide = try await ExplainedGuide.make(
            sql: """
                ALTER TABLE virtual_users ADD COLUMN active int NOT NULL DEFAULT 1;
                INSERT INTO virtual_users (domain_id, password, email, active) VALUES (1, 'x', 'off@example.org', 0);
                INSERT INTO virtual_users (domain_id, password, email) VALUES
                  (1, 'x', CONCAT('cr@example.org', CHAR(13))), (1, 'x', ' lead@example.org'),
                  (1, 'x', 'xlead@example.org');
                """, mainCf: "virtual_alias_maps = mysql:$config_directory/mysql-virtual-alias-maps.cf\n")
        let path = guide.directory.appending("etc/mysql-virtual-mailbox-maps.cf")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try guide.directory.write(
            "etc/mysql-virtual-mailbox-maps.cf", text.replacing("='%s'", with: "='%s' AND active=1"))
        #expect(
            try await Self.hints(guide, "off@example.org") == [
                "  note      virtual_users has off@example.org in email, but virtual_mailbox_maps asks for more, which the row is not: active=1",
                "    cure    SELECT * FROM virtual_users WHERE email = 'off@example.org'",
            ])
        for (address, stored, literal) in [
            ("cr@example.org", #"cr@example.org\r"#, "CONCAT('cr@example.org', CHAR(13 USING utf8mb4))"),
            ("lead@example.org", " lead@example.org", "CONCAT(CHAR(32 USING utf8mb4), 'lead@example.org')"),
        ] {
            let hints = try await Self.hints(guide, address)
            let cure = "UPDATE virtual_users SET email = '\(address)' WHERE email = "
            #expect(
                hints.first
                    == "  note      virtual_users has \(address) in email with blanks or unseen characters at its ends: \"\(stored)\""
            )
            let statement = try #require(hints.last).dropFirst(12)
            #expect(statement == cure + literal || statement == "\(cure)'\(stored)'", "\(statement)")
            try await guide.sql(String(statement))
            #expect(try await guide.text(address).hasPrefix("\(address): accepted: it is a mailbox"))
        }
        // The neighbour is as it was.
        #expect(
            try await guide.text("xlead@example.org").hasPrefix(
                "xlead@example.org: accepted: it is a mailbox"))
    }

    @Test func `capital letters in a table that minds them are named`() async throws {
        let directory = try TemporaryDirectory("nrh")
        let made = try await Command.run(
            ["sqlite3", directory.appending("db")],
            input: "CREATE TABLE u (email TEXT); INSERT INTO u VALUES ('John@Example.org');")
        try #require(made.exitCode == 0)
        try directory.write(
            "etc/main.cf",
            "compatibility_level = 3.6\nmyhostname = mx.example.net\nmydestination =\nvirtual_alias_maps =\nvirtual_alias_domains =\nvirtual_mailbox_domains = example.org\nvirtual_mailbox_maps = sqlite:$config_directory/u.cf\n"
        )
        try directory.write(
            "etc/u.cf", "dbpath = \(directory.path)/db\nquery = SELECT 1 FROM u WHERE email = '%s'\n")
        let result = try await Command.run([
            BuiltProgram.martlet, "explain", "-c", directory.appending("etc"), "john@example.org",
        ])
        #expect(
            result.standardOutput.contains(
                "  note      u has John@Example.org in email, with capital letters, and virtual_mailbox_maps is asked in lower case\n    cure    UPDATE u SET email = 'john@example.org' WHERE email = 'John@Example.org'\n"
            ), "\(result.standardOutput)")
    }

    @Test func `what is a slip away is named: an address, a domain`() async throws {
        let guide = try await ExplainedGuide.make()
        #expect(
            try await Self.hints(guide, "jonh@example.org") == [
                "  note      john@example.org is here; is that the address that was meant?"
            ])
        #expect(
            try await Self.hints(guide, "john@exmaple.org") == [
                "  note      example.org is ours: one of the two is misspelt, exmaple.org in the address or example.org in its list"
            ])
        #expect(try await Self.hints(guide, "somebody.else@example.org") == [])
        #expect(try await Self.hints(guide, "x@far.test") == [])
    }

    @Test func `a mailbox behind an alias of its own name is named`() async throws {
        let guide = try await ExplainedGuide.make(
            sql:
                "INSERT INTO virtual_aliases (domain_id, source, destination) VALUES (1, 'john@example.org', 'kerstin@example.com');",
            mainCf: "virtual_alias_maps = mysql:$config_directory/mysql-virtual-alias-maps.cf\n")
        #expect(
            try await Self.hints(guide, "john@example.org") == [
                "  note      john@example.org is a mailbox too (virtual_mailbox_maps has john@example.org), and gets none of its mail: aliases are asked before mailboxes, and the alias john@example.org does not lead to itself",
                "    cure    martlet explain -c /etc --what-if 'no alias john@example.org' 'john@example.org'",
            ])
    }
}
