import Foundation

/// The ISPmail guide's database: its three tables, its user, its example data, in a MariaDB.
public struct GuideFixture: Sendable {
    public let database: String

    public init(database: String) { self.database = database }

    public static let schema = """
        CREATE TABLE IF NOT EXISTS `virtual_domains` (
          `id` int(11) NOT NULL auto_increment, `name` varchar(50) NOT NULL, PRIMARY KEY (`id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8;
        CREATE TABLE IF NOT EXISTS `virtual_users` (
          `id` int(11) NOT NULL auto_increment, `domain_id` int(11) NOT NULL, `email` varchar(100) NOT NULL,
          `password` varchar(150) NOT NULL, `quota` bigint(11) NOT NULL DEFAULT 0,
          PRIMARY KEY (`id`), UNIQUE KEY `email` (`email`),
          FOREIGN KEY (domain_id) REFERENCES virtual_domains(id) ON DELETE CASCADE
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8;
        CREATE TABLE IF NOT EXISTS `virtual_aliases` (
          `id` int(11) NOT NULL auto_increment, `domain_id` int(11) NOT NULL, `source` varchar(100) NOT NULL,
          `destination` varchar(100) NOT NULL, PRIMARY KEY (`id`),
          FOREIGN KEY (domain_id) REFERENCES virtual_domains(id) ON DELETE CASCADE
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8;
        REPLACE INTO virtual_domains (id, name) VALUES (1, 'example.org');
        REPLACE INTO virtual_users (id, domain_id, password, email) VALUES (1, 1, 'x', 'john@example.org');
        REPLACE INTO virtual_aliases (id, domain_id, source, destination)
          VALUES (1, 1, 'jack@example.org', 'john@example.org');

        """

    /// - Parameter sql: further statements after the guide's own.
    public static func make(in server: MariaDBServer, sql: String = "") async throws -> GuideFixture {
        let database = try await server.makeDatabase()
        try await server.sql(schema + sql, database: database)
        return GuideFixture(database: database)
    }

    /// The guide's four `.cf` files, by name.
    ///
    /// - Parameter hosts: `127.0.0.1:3306`, or several.
    public func maps(hosts: String) -> [String: String] {
        func map(_ query: String) -> String {
            "user = \(database)\npassword = \(database)\nhosts = \(hosts)\ndbname = \(database)\nquery = \(query)\n"
        }
        return [
            "mysql-virtual-mailbox-domains.cf": map("SELECT 1 FROM virtual_domains WHERE name='%s'"),
            "mysql-virtual-mailbox-maps.cf": map("SELECT 1 FROM virtual_users WHERE email='%s'"),
            "mysql-virtual-alias-maps.cf": map("SELECT destination FROM virtual_aliases WHERE source='%s'"),
            "mysql-email2email.cf": map("SELECT email FROM virtual_users WHERE email='%s'"),
        ]
    }

    /// What the guide's `postconf` commands write into main.cf.
    public static let mainCf = """
        virtual_mailbox_domains = mysql:$config_directory/mysql-virtual-mailbox-domains.cf
        virtual_mailbox_maps = mysql:$config_directory/mysql-virtual-mailbox-maps.cf
        virtual_alias_maps = mysql:$config_directory/mysql-virtual-alias-maps.cf,mysql:$config_directory/mysql-email2email.cf
        virtual_transport = lmtp:unix:private/dovecot-lmtp

        """
}
