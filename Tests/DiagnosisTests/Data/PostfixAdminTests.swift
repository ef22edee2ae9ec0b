import Peers
import Testing

@testable import Diagnosis

/// Maps in the shape that PostfixAdmin documents, on its tables.
@Suite struct PostfixAdminTests {
    private static let schema = """
        CREATE TABLE domain (domain VARCHAR(255) PRIMARY KEY, transport VARCHAR(255) NOT NULL DEFAULT 'virtual',
          backupmx TINYINT(1) NOT NULL DEFAULT 0, active TINYINT(1) NOT NULL DEFAULT 1) CHARACTER SET latin1;
        CREATE TABLE alias (address VARCHAR(255) PRIMARY KEY, goto TEXT NOT NULL, domain VARCHAR(255) NOT NULL,
          active TINYINT(1) NOT NULL DEFAULT 1, KEY (domain)) CHARACTER SET latin1;
        CREATE TABLE alias_domain (alias_domain VARCHAR(255) PRIMARY KEY, target_domain VARCHAR(255) NOT NULL,
          active TINYINT(1) NOT NULL DEFAULT 1) CHARACTER SET latin1;
        CREATE TABLE mailbox (username VARCHAR(255) PRIMARY KEY, password VARCHAR(255) NOT NULL DEFAULT '',
          maildir VARCHAR(255) NOT NULL, domain VARCHAR(255) NOT NULL,
          active TINYINT(1) NOT NULL DEFAULT 1) CHARACTER SET latin1;
        INSERT INTO domain (domain, transport, active) VALUES
          ('ALL', '', 1), ('example.org', 'virtual', 1), ('alias.example', 'virtual', 1), ('off.example', 'virtual', 0);
        INSERT INTO alias_domain (alias_domain, target_domain) VALUES ('alias.example', 'example.org');
        INSERT INTO alias (address, goto, domain, active) VALUES
          ('info@example.org', 'jack@example.org,jill@example.org', 'example.org', 1),
          ('jack@example.org', 'jack@example.org', 'example.org', 1),
          ('jill@example.org', 'jill@example.org', 'example.org', 1),
          ('@example.org', 'jill@example.org', 'example.org', 1),
          ('old@example.org', 'gone@example.org', 'example.org', 0);
        INSERT INTO mailbox (username, maildir, domain, active) VALUES
          ('jack@example.org', 'jack/', 'example.org', 1), ('jill@example.org', 'jill/', 'example.org', 1),
          ('gone@example.org', 'gone/', 'example.org', 0);

        """

    private static let queries = [
        "alias": "SELECT goto FROM alias WHERE address='%s' AND active = '1'",
        "alias_domain": "SELECT goto FROM alias,alias_domain WHERE alias_domain.alias_domain = '%d' and "
            + "alias.address = CONCAT('%u', '@', alias_domain.target_domain) AND alias.active = 1 "
            + "AND alias_domain.active='1'",
        "alias_domain_catchall":
            "SELECT goto FROM alias,alias_domain WHERE alias_domain.alias_domain = '%d' and "
            + "alias.address = CONCAT('@', alias_domain.target_domain) AND alias.active = 1 AND alias_domain.active='1'",
        "domains": "SELECT domain FROM domain WHERE domain='%s' AND backupmx = '0' AND active = '1'",
        "mailbox": "SELECT CONCAT(domain,'/',maildir) FROM mailbox WHERE username='%s' AND active = '1'",
        "alias_domain_mailbox": "SELECT CONCAT(mailbox.domain,'/',maildir) FROM mailbox,alias_domain WHERE "
            + "alias_domain.alias_domain = '%d' and mailbox.username = CONCAT('%u', '@', alias_domain.target_domain) "
            + "AND mailbox.active = 1 AND alias_domain.active='1'",
    ]

    private func setup(_ sql: String = "") async throws -> TriedSetup {
        let server = try await MariaDBServer.shared()
        let database = try await server.makeDatabase()
        try await server.sql(Self.schema + sql, database: database)
        let files = Dictionary(
            uniqueKeysWithValues: Self.queries.map { name, query in
                (
                    "\(name).cf",
                    "user = \(database)\npassword = \(database)\nhosts = 127.0.0.1:\(server.port)\n"
                        + "dbname = \(database)\nquery = \(query)\n"
                )
            })
        return try TriedSetup(
            """
            virtual_mailbox_domains = proxy:mysql:DIR/domains.cf
            virtual_alias_maps = proxy:mysql:DIR/alias.cf, proxy:mysql:DIR/alias_domain.cf,
                proxy:mysql:DIR/alias_domain_catchall.cf
            virtual_mailbox_maps = proxy:mysql:DIR/mailbox.cf, proxy:mysql:DIR/alias_domain_mailbox.cf
            """, files: files)
    }

    @Test func `a clean setup has nothing above advice, and every map is read`() async throws {
        let setup = try await setup()
        let findings = await Examination.patient(RuleBook.data).findings(in: try setup.setup())
        let grave = findings.filter { $0.severity > .advice }
        #expect(grave.isEmpty, "\(grave)")
        try await setup.hasNo(UnreadMaps.self)
    }

    @Test func `troubles behind an alias domain are found through its joins`() async throws {
        let setup = try await setup(
            "INSERT INTO alias (address, goto, domain) VALUES ('a@example.org', 'b@alias.example', 'example.org'), "
                + "('b@example.org', 'a@example.org', 'example.org');")
        try await setup.has(AliasLoops.self, .error, saying: "a@example.org", "b@alias.example")
    }

    @Test func `an alias to a mailbox that was switched off, without a catch-all`() async throws {
        let setup = try await setup(
            "UPDATE alias SET active = 1 WHERE address = 'old@example.org'; DELETE FROM alias WHERE address = '@example.org';"
        )
        try await setup.has(AliasDeadEnds.self, .error, about: "gone@example.org", saying: "old@example.org")
    }
}
