import Foundation
import Peers
import Testing

/// Every cure that is printed as a command or a statement, typed word for word: the finding goes, and nothing new comes.
@Suite struct CuresTests {
    enum Database: String, CaseIterable {
        case sqlite, mysql
    }

    struct Trouble: CustomTestStringConvertible, Sendable {
        let rule: String
        /// Statements after those of the clean setup.
        var sql = ""
        /// Lines of main.cf after those of the clean setup.
        var main = ""
        /// Further files, `DIR` in them being the directory; those with passwords are for the mail user alone.
        var files: [String: String] = [:]
        /// `virtual_alias_maps` answers each mailbox with itself.
        var mapsMailboxes = false
        var databases = Database.allCases
        /// What the first command begins with.
        var begins: String

        var testDescription: String { "\(rule): \(sql)\(main)\(files.keys.sorted().joined(separator: " "))" }
    }

    private static func aliases(_ rows: (String, String)...) -> String {
        rows.map { "INSERT INTO aliases (source, destination) VALUES ('\($0.0)', '\($0.1)');" }.joined()
    }

    private static let local = "mydestination = $myhostname\nlocal_recipient_maps = inline:{root=x}\n"
    private static let far = "far@elsewhere.example"

    private static let data: [Trouble] = [
        Trouble(
            rule: "alias-loops", sql: aliases(("john@example.org", "jack@example.org")),
            begins: "DELETE FROM aliases WHERE source = 'john@example.org'"),
        Trouble(
            rule: "alias-loops", sql: aliases(("john@example.org", "\(far), jack@example.org")),
            begins: "UPDATE aliases SET destination = '\(far)'"),
        Trouble(
            rule: "alias-dead-ends", sql: aliases(("info@example.org", "jhon@example.org")),
            begins: "UPDATE aliases SET destination = 'john@example.org'"),
        Trouble(
            rule: "alias-dead-ends",
            sql: aliases(("info@example.org", "jhon@example.org"), ("web@example.org", "\(far),jhon@example.org")),
            begins: "UPDATE aliases SET destination = 'john@example.org'"),
        Trouble(
            rule: "alias-dead-ends", sql: aliases(("john@example.org", "somebody.else@example.org")),
            begins: "DELETE"),
        Trouble(
            rule: "alias-dead-ends", sql: aliases(("info@example.org", "john@example.org,somebody.else@example.org")),
            begins: "UPDATE aliases SET destination = 'john@example.org'"),
        Trouble(
            rule: "shadowed-mailboxes", sql: aliases(("@example.org", far)), begins: "martlet postconf"),
        Trouble(
            rule: "alias-destinations", sql: aliases(("info@example.org", "john@@example.org")),
            begins: "UPDATE aliases SET destination = 'john@example.org'"),
        Trouble(
            rule: "alias-destinations", sql: aliases(("info@example.org", "john@example.org;\(far)")),
            begins: "UPDATE aliases SET destination = 'john@example.org,\(far)'"),
        Trouble(
            rule: "alias-destinations", sql: aliases(("info@example.org", ","), ("info@example.org", far)),
            begins: "DELETE FROM aliases WHERE source = 'info@example.org' AND destination = ','"),
        Trouble(
            rule: "alias-destinations",
            sql: "INSERT INTO aliases (source) VALUES ('john@example.org');",
            begins: "DELETE FROM aliases WHERE source = 'john@example.org' AND destination IS NULL"),
        Trouble(
            rule: "alias-destinations", sql: aliases(("info@example.org", "john")), main: local,
            begins: "UPDATE aliases SET destination = 'john@example.org'"),
        Trouble(
            rule: "entries-never-found", sql: aliases((" info@example.org", "john@example.org")),
            begins: "UPDATE aliases SET source = 'info@example.org'"),
        Trouble(
            rule: "entries-never-found", sql: aliases((" john@example.org", far)),
            begins: "DELETE FROM aliases WHERE source = ' john@example.org'"),
        Trouble(
            rule: "entries-never-found", sql: aliases(("Info@Example.org", "john@example.org")),
            databases: [.sqlite], begins: "UPDATE aliases SET source = 'info@example.org'"),
        Trouble(
            rule: "entries-never-found", sql: aliases(("info@example.org, web@example.org", "john@example.org")),
            begins: "DELETE"),
        Trouble(
            rule: "entries-never-found", sql: "INSERT INTO aliases (destination) VALUES ('john@example.org');",
            begins: "DELETE FROM aliases WHERE source IS NULL"),
        Trouble(
            rule: "masked-answers", sql: aliases(("john@example.org", far)), mapsMailboxes: true,
            begins: "UPDATE aliases SET destination = '\(far),john@example.org'"),
        Trouble(
            rule: "masked-answers",
            sql: "INSERT INTO more_aliases (source, destination) VALUES ('jack@example.org', '\(far)');",
            main: "virtual_alias_maps = TYPE:DIR/aliases.cf, TYPE:DIR/more_aliases.cf\n",
            begins: "DELETE FROM more_aliases"),
        Trouble(
            rule: "unreachable-addresses", sql: "INSERT INTO users (email) VALUES ('x@unlisted.example');",
            begins: "INSERT INTO domains (name) VALUES ('unlisted.example')"),
        Trouble(
            rule: "unreachable-addresses",
            sql: "INSERT INTO users (email) VALUES ('x@example.com'); INSERT INTO domains (name) VALUES ('exmaple.com');",
            begins: "UPDATE domains SET name = 'example.com' WHERE name = 'exmaple.com'"),
        Trouble(
            rule: "unreachable-addresses",
            sql: "INSERT INTO users (email) VALUES ('x@off.example'); "
                + "INSERT INTO switched_domains (name, active) VALUES ('example.org', 1), ('off.example', 0);",
            main: "virtual_mailbox_domains = TYPE:DIR/switched_domains.cf\n",
            begins: "UPDATE switched_domains SET active = 1 WHERE name = 'off.example'"),
        Trouble(
            rule: "unreachable-addresses",
            sql: "INSERT INTO users (email) VALUES ('x@new.example'); "
                + "INSERT INTO switched_domains (name, active) VALUES ('example.org', 1);",
            main: "virtual_mailbox_domains = TYPE:DIR/switched_domains.cf\n",
            begins: "INSERT INTO switched_domains (name, active) VALUES ('new.example', 1)"),
        Trouble(
            rule: "domains-as-aliases", sql: aliases(("example.org", "anything")),
            begins: "DELETE FROM aliases WHERE source = 'example.org'"),
        Trouble(
            rule: "key-indices", sql: "DROP INDEX aliases_source;", databases: [.sqlite],
            begins: "CREATE INDEX aliases_source"),
        Trouble(
            rule: "key-indices", sql: "DROP INDEX aliases_source ON aliases;", databases: [.mysql],
            begins: "CREATE INDEX aliases_source"),
        Trouble(
            rule: "query-statements",
            sql: "REVOKE ALL PRIVILEGES ON DATABASE.* FROM 'DATABASE'@'%'; "
                + "GRANT SELECT ON DATABASE.users TO 'DATABASE'@'%';",
            databases: [.mysql], begins: "GRANT SELECT ON m"),
        Trouble(
            rule: "key-collations",
            sql: "ALTER TABLE aliases MODIFY source varchar(100) CHARACTER SET latin1;", databases: [.mysql],
            begins: "ALTER TABLE aliases MODIFY source"),
    ]

    private static let files: [Trouble] = [
        Trouble(
            rule: "missing-map-file", main: "virtual_alias_maps = TYPE:DIR/virtual-aliases.cf\n",
            files: ["virtual_aliases.cf": "dbpath = DIR/mail.sqlite\nquery = SELECT destination FROM aliases WHERE source = '%s'\n"],
            begins: "mv "),
        Trouble(
            rule: "uncompiled-table", main: "virtual_alias_maps = hash:DIR/virtual\n",
            files: ["virtual": "info@example.org john@example.org\n"], begins: "martlet postmap"),
        Trouble(
            rule: "map-file-mode", main: "virtual_alias_maps = TYPE:DIR/aliases.cf, TYPE:DIR/open.cf\n",
            files: [
                "open.cf":
                    "dbpath = DIR/mail.sqlite\npassword = secret\nquery = SELECT destination FROM aliases WHERE source = '%s'\n"
            ], begins: "chown root:"),
        Trouble(rule: "queue-disk", main: "queue_directory = DIR/another\n", begins: "install -d"),
        Trouble(
            rule: "recipient-delimiter",
            main: "virtual_alias_maps = inline:{ {info@example.org=john@example.org}, {info+x@example.org=\(far)} }\n",
            begins: "martlet postconf"),
        Trouble(
            rule: "domain-in-two-classes",
            main: "mydestination = $myhostname, Example.org, localhost\nlocal_recipient_maps =\n",
            begins: "martlet postconf"),
        Trouble(rule: "virtual-owners", main: "virtual_transport = virtual\n", begins: "martlet postconf"),
        Trouble(rule: "open-relay", main: "mynetworks = 0.0.0.0/0\n", begins: "martlet postconf"),
        Trouble(
            rule: "open-relay", main: "smtpd_relay_restrictions = permit\n", begins: "martlet postconf"),
    ]

    @Test(arguments: data.flatMap { trouble in trouble.databases.map { (trouble, $0) } })
    func `a statement that is printed cures`(_ trouble: Trouble, _ database: Database) async throws {
        try await cure(trouble, database)
    }

    @Test(arguments: files)
    func `a command that is printed cures`(_ trouble: Trouble) async throws {
        try await cure(trouble, .sqlite)
    }

    private func cure(_ trouble: Trouble, _ database: Database) async throws {
        let setup = try await CuredSetup(trouble, database)
        let before = try await setup.check()
        let finding = try #require(
            before.first { $0.rule == trouble.rule && !$0.commands.isEmpty }, "\(before)")
        let first = try #require(finding.commands.first)
        #expect(first.text.hasPrefix(trouble.begins), "\(finding)")
        for command in finding.commands { try await setup.type(command) }
        let after = try await setup.check()
        let isGone = !after.contains { $0.name == finding.name }
        #expect(isGone, "\(finding.commands) leaves \(after)")
        let known = Set(before.map(\.name))
        let new = after.filter { !known.contains($0.name) }
        #expect(new.isEmpty, "\(finding.commands) brings \(new)")
    }
}

/// A setup with one trouble, whose cures are typed.
private final class CuredSetup: Sendable {
    struct Finding: Sendable {
        struct Command: Sendable {
            let place: String
            let text: String
        }

        let rule: String
        let subject: String
        let commands: [Command]

        var name: String { "\(rule) \(subject)" }
    }

    private let directory: TemporaryDirectory
    private let server: (MariaDBServer, database: String)?

    private static func schema(_ database: CuresTests.Database) -> String {
        let id = database == .sqlite ? "id INTEGER PRIMARY KEY" : "id INT AUTO_INCREMENT PRIMARY KEY"
        return """
            CREATE TABLE domains (\(id), name VARCHAR(100) NOT NULL UNIQUE);
            CREATE TABLE switched_domains (\(id), name VARCHAR(100) NOT NULL UNIQUE, active INT NOT NULL);
            CREATE TABLE users (\(id), email VARCHAR(100) NOT NULL UNIQUE);
            CREATE TABLE aliases (\(id), source VARCHAR(100), destination VARCHAR(200));
            CREATE INDEX aliases_source ON aliases (source);
            CREATE TABLE more_aliases (\(id), source VARCHAR(100) NOT NULL UNIQUE, destination VARCHAR(200));
            INSERT INTO domains (name) VALUES ('example.org');
            INSERT INTO users (email) VALUES ('john@example.org');
            INSERT INTO aliases (source, destination) VALUES ('jack@example.org', 'john@example.org');

            """
    }

    init(_ trouble: CuresTests.Trouble, _ database: CuresTests.Database) async throws {
        directory = try TemporaryDirectory("cure")
        let path = directory.path
        let login: String
        switch database {
        case .sqlite:
            server = nil
            login = "dbpath = \(path)/mail.sqlite\n"
        case .mysql:
            let mariadb = try await MariaDBServer.shared()
            let name = try await mariadb.makeDatabase()
            server = (mariadb, name)
            login = "hosts = 127.0.0.1:\(mariadb.port)\nuser = \(name)\npassword = \(name)\ndbname = \(name)\n"
        }
        for (name, query) in [
            ("domains", "SELECT name FROM domains WHERE name = '%s'"),
            ("switched_domains", "SELECT name FROM switched_domains WHERE name = '%s' AND active = 1"),
            ("users", "SELECT email FROM users WHERE email = '%s'"),
            ("aliases", "SELECT destination FROM aliases WHERE source = '%s'"),
            ("more_aliases", "SELECT destination FROM more_aliases WHERE source = '%s'"),
            ("email2email", "SELECT email FROM users WHERE email = '%s'"),
        ] {
            try directory.write("\(name).cf", "\(login)query = \(query)\n", mode: 0o640)
        }
        for name in ["spool", "data"] { _ = try directory.makeDirectory(name) }
        for (name, text) in trouble.files { try directory.write(name, text.replacing("DIR", with: path)) }
        let user = String(cString: getpwuid(getuid()).pointee.pw_name)
        try directory.write("master.cf", "smtp inet n - n - - smtpd\n")
        let main = """
            compatibility_level = 3.6
            myhostname = mail.example.org
            mydestination =
            alias_maps =
            alias_database =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            mynetworks = 127.0.0.0/8
            mail_owner = \(user)
            queue_directory = DIR/spool
            data_directory = DIR/data
            virtual_mailbox_base = \(trouble.rule == "virtual-owners" ? "" : "DIR/mail")
            virtual_transport = lmtp:inet:127.0.0.1:1
            virtual_mailbox_domains = TYPE:DIR/domains.cf
            virtual_mailbox_maps = TYPE:DIR/users.cf
            virtual_alias_maps = TYPE:DIR/aliases.cf\(trouble.mapsMailboxes ? ", TYPE:DIR/email2email.cf" : "")
            \(trouble.main)
            """
        try directory.write(
            "main.cf",
            Self.lastOfEach(main.replacing("TYPE", with: database.rawValue).replacing("DIR", with: path)))
        try await sql(
            Self.schema(database) + trouble.sql.replacing("DATABASE", with: server?.database ?? ""))
    }

    /// Without the lines that a later one of the same name overrides: those are findings of their own.
    private static func lastOfEach(_ text: String) -> String {
        var lines: [(name: Substring, line: Substring)] = []
        for line in text.split(separator: "\n") {
            let name = line.prefix { $0 != " " }
            lines.removeAll { $0.name == name }
            lines.append((name, line))
        }
        return lines.map { $0.line + "\n" }.joined()
    }

    func check() async throws -> [Finding] {
        let result = try await Command.run([
            BuiltProgram.martlet, "check", "-c", directory.path, "--json",
        ])
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any],
            "\(result.standardOutput)\(result.standardError)")
        let findings = try #require(document["findings"] as? [[String: Any]])
        return try findings.map { finding in
            let commands = try #require(finding["commands"] as? [[String: String]])
            return Finding(
                rule: finding["rule"] as? String ?? "", subject: finding["subject"] as? String ?? "",
                commands: commands.map { .init(place: $0["place"] ?? "", text: $0["text"] ?? "") })
        }
    }

    func type(_ command: Finding.Command) async throws {
        guard command.place == "shell" else { return try await sql(command.text) }
        let programs = (BuiltProgram.martlet as NSString).deletingLastPathComponent
        // Who gives files away has to be root.
        let line =
            command.text.hasPrefix("chown") && getuid() != 0
            ? ["sudo", "-n", "sh", "-c", command.text] : ["sh", "-c", command.text]
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let result = try await Command.run(line, environment: ["PATH": "\(programs):\(path)"])
        try #require(result.exitCode == 0, "\(command.text): \(result.standardError)")
    }

    private func sql(_ text: String) async throws {
        if let server {
            try await server.0.sql(text, database: server.database)
        } else {
            let result = try await Command.run(["sqlite3", "-bail", directory.appending("mail.sqlite")], input: text)
            try #require(result.exitCode == 0, "\(text): \(result.standardError)")
        }
    }
}
