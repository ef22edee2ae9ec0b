import Foundation
import Peers
import Testing

/// What cannot be asked: why, what else that concerns, and what to do.
@Suite struct TroubleTests {
    private static func setup(_ files: [String: String] = [:]) async throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory("trb")
        let made = try await Command.run([
            BuiltProgram.martlet, "init", directory.appending("etc"), "--hostname", "mx.example.net",
        ])
        try #require(made.exitCode == 0, "\(made.standardError)")
        for (name, text) in files {
            try directory.write(
                "etc/\(name)", text.replacing("DB", with: "\(directory.path)/etc/mailserver.sqlite"))
        }
        return directory
    }

    private static func explain(_ setup: TemporaryDirectory, _ arguments: String...) async throws -> [String]
    {
        let result = try await Command.run(
            [BuiltProgram.martlet, "explain", "-c", setup.appending("etc")] + arguments)
        return result.standardOutput.replacing(setup.path, with: "").split(separator: "\n").map(String.init)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { text }
        /// Of the alias map.
        var text: String
        var note: String
    }

    @Test(arguments: [
        Case(
            text: "dbpath =\nquery = SELECT 1\n",
            note: "dbpath is empty in /etc/virtual-alias-maps.cf, line 1: name the database file"),
        Case(
            text: "# nothing\nquery = SELECT 1\n",
            note: "/etc/virtual-alias-maps.cf has no dbpath: name the database file"),
        Case(
            text: "# it\ndbpth = DB\nquery = SELECT 1\n",
            note: "/etc/virtual-alias-maps.cf has no dbpath, but dbpth in line 2: write dbpath there"),
        Case(
            text: "dbpath = DB\nqery = SELECT 1\n",
            note: "/etc/virtual-alias-maps.cf has no query, but qery in line 2: write query there"),
        Case(
            text: "dbpath = DB\n",
            note:
                "/etc/virtual-alias-maps.cf has no query: write the statement, such as SELECT destination FROM virtual_aliases WHERE source='%s'"
        ),
        Case(
            text: "dbpath = DB\nquery = SELECT 1\nexpansion_limit = many\n",
            note: "write a whole number for expansion_limit in /etc/virtual-alias-maps.cf, line 3"),
        Case(
            text: "dbpath = DB\nquery = SELECT 1 WHERE 'a' LIKE '%'\n",
            note:
                "query in /etc/virtual-alias-maps.cf, line 2: after a percent sign there may be s, u, d, S, U, D, 1 to 9 or another percent sign; write %% for the sign itself"
        ),
        Case(
            text: "dbpath = DB\nquery = SELECT destination FROM virtual_aliases WHERE sorce = '%s'\n",
            note:
                "the statement of virtual_alias_maps names what the database does not have: virtual_aliases has: id, domain_id, source, destination. Did you mean source?"
        ),
        Case(
            text: "dbpath = DB\nquery = SELECT destination FROM virtual_alias WHERE source = '%s'\n",
            note:
                "the statement of virtual_alias_maps names what the database does not have: the database has these tables: sqlite_sequence, virtual_aliases, virtual_domains, virtual_users. Did you mean virtual_aliases?"
        ),
        Case(
            text:
                "dbpath = DB\nquery = SELECT a.destination FROM virtual_aliases a JOIN virtual_domains d ON a.domain_id = d.id WHERE a.source = '%s' AND d.nmae <> ''\n",
            note:
                "the statement of virtual_alias_maps names what the database does not have: virtual_aliases has: id, domain_id, source, destination; virtual_domains has: id, name. Did you mean name?"
        ),
    ])
    func `a definition or statement that is wrong is said with what to write where`(_ example: Case)
        async throws
    {
        let setup = try await Self.setup(["virtual-alias-maps.cf": example.text])
        let lines = try await Self.explain(setup, "john@example.org")
        #expect(lines.contains("  note      \(example.note)"), "\(lines.joined(separator: "\n"))")
        // Said once, and not in the first line too.
        #expect(lines.first?.contains(example.note) == false)
        #expect(
            lines.first?.hasPrefix(
                "john@example.org: cannot be taken now: virtual_alias_maps could not be asked: ") == true)
    }

    @Test func `the server's log says what to write, and postmap says what Postfix's says`() async throws {
        let setup = try await Self.setup(["virtual-alias-maps.cf": "dbpath =\nquery = SELECT 1\n"])
        let result = try await Command.run([
            BuiltProgram.martlet, "postmap", "-c", setup.appending("etc"), "-q", "x",
            "sqlite:\(setup.path)/etc/virtual-alias-maps.cf",
        ])
        #expect(
            result.standardError
                == "postmap: fatal: \(setup.path)/etc/virtual-alias-maps.cf: bad string length 0 < 1: dbpath = \n"
        )
        #expect(result.exitCode == 1)
    }

    @Test func `a file that is called otherwise is named`() async throws {
        let setup = try await Self.setup()
        let path = setup.appending("etc/main.cf")
        let mainCf = try String(contentsOfFile: path, encoding: .utf8)
        try setup.write(
            "etc/main.cf", mainCf.replacing("/virtual-alias-maps.cf", with: "/mysql-virtual-alias-maps.cf"))
        let lines = try await Self.explain(setup, "john@example.org")
        #expect(
            lines.contains("  note      did you mean /etc/virtual-alias-maps.cf?"),
            "\(lines.joined(separator: "\n"))")
    }

    @Test func `three maps that fail for one cause are named together`() async throws {
        let setup = try await Self.setup()
        let path = setup.appending("etc/main.cf")
        let mainCf = try String(contentsOfFile: path, encoding: .utf8)
        try setup.write("etc/main.cf", mainCf.replacing(".cf\n", with: ".conf\n"))
        let lines = try await Self.explain(setup, "john@example.org")
        #expect(
            lines.filter { $0.hasPrefix("  note ") } == [
                "  note      virtual_mailbox_domains, virtual_alias_maps, virtual_mailbox_maps cannot be asked, all for one cause: open FILE: No such file or directory, where FILE is each of /etc/virtual-mailbox-domains.conf, /etc/virtual-alias-maps.conf, /etc/virtual-mailbox-maps.conf"
            ], "\(lines.joined(separator: "\n"))")
        // One database for all of them.
        let other = try await Self.setup()
        try FileManager.default.removeItem(atPath: other.appending("etc/mailserver.sqlite"))
        let same = try await Self.explain(other, "john@example.org")
        #expect(
            same.filter { $0.hasPrefix("  note ") } == [
                "  note      the database did not answer virtual_mailbox_domains; it is that of virtual_alias_maps, virtual_mailbox_maps too"
            ], "\(same.joined(separator: "\n"))")
    }

    @Test func `MariaDB's own names are listed, and no password is`() async throws {
        let guide = try await ExplainedGuide.make()
        let path = guide.directory.appending("etc/mysql-virtual-mailbox-maps.cf")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try guide.directory.write(
            "etc/mysql-virtual-mailbox-maps.cf", text.replacing("email='%s'", with: "emailx='%s'"))
        let column = try await guide.text("nobody@example.org")
        #expect(
            column.contains(
                "  note      the statement of virtual_mailbox_maps names what the database does not have: virtual_users has: id, domain_id, email, password, quota. Did you mean email?\n    cure    correct the query in /etc/mysql-virtual-mailbox-maps.cf\n"
            ), "\(column)")
        let map = "mysql:\(guide.directory.path)/etc/mysql-virtual-mailbox-maps.cf"
        let postmap = try await Command.run([
            BuiltProgram.martlet, "postmap", "-c", guide.directory.appending("etc"), "-q", "x@y", map,
        ])
        #expect(
            postmap.standardError.contains(
                "\npostmap: virtual_users has: id, domain_id, email, password, quota. Did you mean email?\n"))
        #expect(postmap.standardError.hasSuffix("postmap: fatal: table \(map): query error\n"))
        #expect(postmap.exitCode == 1)
        try guide.directory.write(
            "etc/mysql-virtual-mailbox-maps.cf", text.replacing("virtual_users", with: "virtual_user"))
        let table = try await guide.text("nobody@example.org")
        #expect(
            table.contains(
                "the database has these tables: virtual_aliases, virtual_domains, virtual_users. Did you mean virtual_users?"
            ), "\(table)")
        #expect(!column.contains("\(guide.database)'") && !postmap.standardError.contains("password ="))
    }

    @Test func `PostgreSQL's own names are listed`() async throws {
        let server = try await PostgreSQLServer.shared()
        let database = try await server.makeDatabase()
        try await server.sql(
            "CREATE TABLE virtual_users (id int, email text, password text); GRANT SELECT ON virtual_users TO PUBLIC;",
            database: database)
        let directory = try TemporaryDirectory("trb")
        try directory.write(
            "etc/main.cf",
            """
            compatibility_level = 3.6
            myhostname = mx.example.net
            mydestination =
            virtual_alias_maps =
            virtual_alias_domains =
            virtual_mailbox_domains = example.org
            virtual_mailbox_maps = pgsql:$config_directory/users.cf

            """)
        func lines(_ query: String) async throws -> [String] {
            try directory.write(
                "etc/users.cf",
                "hosts = 127.0.0.1:\(server.port)\nuser = \(database)\npassword = \(database)\ndbname = \(database)\nquery = \(query)\n"
            )
            return try await Self.explain(directory, "john@example.org")
        }
        let column = try await lines("SELECT 1 FROM virtual_users u WHERE u.emial = '%s'")
        #expect(
            column.contains(
                "  note      the statement of virtual_mailbox_maps names what the database does not have: virtual_users has: id, email, password. Did you mean email?"
            ), "\(column.joined(separator: "\n"))")
        let table = try await lines("SELECT 1 FROM virtual_user WHERE email = '%s'")
        #expect(
            table.contains(
                "  note      the statement of virtual_mailbox_maps names what the database does not have: the database has these tables: virtual_users. Did you mean virtual_users?"
            ), "\(table.joined(separator: "\n"))")
    }

    @Test func `a loop is drawn as one, with the command that tries the cure`() async throws {
        let guide = try await ExplainedGuide.make(
            sql: """
                INSERT INTO virtual_aliases (domain_id, source, destination) VALUES
                  (1, 'loop@example.org', 'pool@example.org'), (1, 'pool@example.org', 'loop@example.org');
                """)
        let lines = try await guide.text("loop@example.org").split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(7) == [
                "loop@example.org: cannot be taken now: alias loop: loop@example.org -> pool@example.org -> loop@example.org",
                "  note      one of these aliases has to go; what would come of it, this command shows",
                "    cure    martlet explain -c /etc --what-if 'no alias pool@example.org loop@example.org' 'loop@example.org'",
                "  aliases   loop@example.org", "            └─ pool@example.org",
                "               └─ loop@example.org (a loop)",
                "  way       unknown[203.0.113.1] says EHLO [203.0.113.1], MAIL FROM:<> to the service smtp",
            ])
    }

    /// 64 addresses go side by side; those after them would wait as long.
    @Test func `a database that hangs is not waited for again and again`() async throws {
        // Takes connections and says nothing.
        let silent = try ListeningSocket()
        let directory = try TemporaryDirectory("trb")
        try directory.write(
            "etc/main.cf",
            "compatibility_level = 3.6\nmyhostname = mx.example.net\nmydestination =\nvirtual_mailbox_domains = mysql:$config_directory/d.cf\n"
        )
        try directory.write(
            "etc/d.cf",
            "hosts = 127.0.0.1:\(silent.port)\nuser = m\npassword = s3cret\ndbname = m\nquery = SELECT 1 FROM d WHERE name='%s'\n"
        )
        let start = ContinuousClock.now
        let result = try await Command.run(
            [BuiltProgram.martlet, "explain", "-c", directory.appending("etc"), "--brief", "-"],
            input: (1...1000).map { "u\($0)@example.org\n" }.joined())
        withExtendedLifetime(silent) {}
        #expect(ContinuousClock.now - start < .seconds(45))
        #expect(result.exitCode == 75)
        #expect(result.standardOutput.split(separator: "\n").count == 64)
        #expect(
            result.standardError.contains(
                "so u65@example.org and what comes after it is left out (a lookup waits 5 s for a connection, 20 s for an answer, 30 s in all)"
            ), "\(result.standardError)")
        #expect(!result.standardError.contains("s3cret"))
    }

    @Test func `a domain of two lists is told of at the top`() async throws {
        let setup = try await Self.setup()
        try Command.require([
            BuiltProgram.martlet, "postconf", "-c", setup.appending("etc"), "mydestination=localhost, example.org",
        ])
        let lines = try await Self.explain(setup, "john@example.org")
        #expect(
            lines.prefix(3).contains(
                "  note      example.org is in mydestination and in virtual_mailbox_domains: the first counts, the second does nothing for it"
            ), "\(lines.prefix(4))")
        #expect(lines.contains { $0.hasSuffix("check -c /etc --rule domain-in-two-classes") })
        try Command.require([
            BuiltProgram.martlet, "postconf", "-c", setup.appending("etc"), "mydestination=localhost",
        ])
        #expect(try await !Self.explain(setup, "john@example.org").contains { $0.contains("does nothing for it") })
    }
}
