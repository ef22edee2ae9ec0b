import Foundation
import Peers

/// The guide's schema in MariaDB, filled: what both servers ask.
struct GuideData {
    static let domains = 100
    static let mailboxesPerDomain = 1_000
    static let aliasesPerDomain = 200

    let server: MariaDBServer
    let database: String

    static func make(in server: MariaDBServer) async throws -> GuideData {
        let name = try await server.makeDatabase()
        try await server.sql(
            """
            CREATE TABLE virtual_domains (id int NOT NULL auto_increment, name varchar(50) NOT NULL, PRIMARY KEY (id), UNIQUE KEY (name));
            CREATE TABLE virtual_users (id int NOT NULL auto_increment, domain_id int NOT NULL, email varchar(100) NOT NULL,
              password varchar(150) NOT NULL, quota bigint NOT NULL DEFAULT 0, PRIMARY KEY (id), UNIQUE KEY email (email));
            CREATE TABLE virtual_aliases (id int NOT NULL auto_increment, domain_id int NOT NULL, source varchar(100) NOT NULL,
              destination varchar(100) NOT NULL, PRIMARY KEY (id), KEY source (source));
            INSERT INTO virtual_domains (id, name) SELECT seq, CONCAT('d', seq, '.example') FROM seq_1_to_\(domains);
            INSERT INTO virtual_users (domain_id, email, password)
              SELECT d.seq, CONCAT('user', u.seq, '@d', d.seq, '.example'), 'x' FROM seq_1_to_\(domains) d, seq_1_to_\(mailboxesPerDomain) u;
            INSERT INTO virtual_aliases (domain_id, source, destination)
              SELECT d.seq, CONCAT('alias', a.seq, '@d', d.seq, '.example'), CONCAT('user', a.seq, '@d', d.seq, '.example')
              FROM seq_1_to_\(domains) d, seq_1_to_\(aliasesPerDomain) a;
            ANALYZE TABLE virtual_domains, virtual_users, virtual_aliases;
            """, database: name)
        return GuideData(server: server, database: name)
    }

    /// The `.cf` files, by name.
    var maps: [String: String] {
        func map(_ query: String) -> String {
            "user = \(database)\npassword = \(database)\nhosts = unix:\(server.socket)\ndbname = \(database)\nquery = \(query)\n"
        }
        return [
            "domains.cf": map("SELECT 1 FROM virtual_domains WHERE name='%s'"),
            "mailboxes.cf": map("SELECT 1 FROM virtual_users WHERE email='%s'"),
            "aliases.cf": map("SELECT destination FROM virtual_aliases WHERE source='%s'"),
        ]
    }

    /// A third aliases, a third mailboxes, a third unknown, over all domains.
    static func address(_ generator: inout SeededGenerator) -> String {
        let domain = Int.random(in: 1...domains, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: return "alias\(Int.random(in: 1...aliasesPerDomain, using: &generator))@d\(domain).example"
        case 1: return "user\(Int.random(in: 1...mailboxesPerDomain, using: &generator))@d\(domain).example"
        default: return "nobody\(Int.random(in: 1...100_000, using: &generator))@d\(domain).example"
        }
    }

    static func mailbox(_ generator: inout SeededGenerator) -> String {
        let domain = Int.random(in: 1...domains, using: &generator)
        return "user\(Int.random(in: 1...mailboxesPerDomain, using: &generator))@d\(domain).example"
    }
}
