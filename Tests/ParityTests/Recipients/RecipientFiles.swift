import Peers

extension RecipientSetup {
    /// Fills the database, and gives main.cf's lines and the files beside it.
    func files(in database: String, on server: MariaDBServer, directory: String) async throws
        -> (mainCf: [String: String], files: [String: String])
    {
        func row(_ values: String...) -> String { "(" + values.map(quote).joined(separator: ",") + ")" }
        try await server.sql(
            """
            CREATE TABLE aliases (source VARCHAR(200), destination TEXT, place INT AUTO_INCREMENT PRIMARY KEY);
            CREATE TABLE mailboxes (address VARCHAR(200), path VARCHAR(200));
            CREATE TABLE domains (name VARCHAR(200));
            INSERT INTO aliases (source, destination) VALUES \(databaseAliases.map { row($0.key, $0.target) }.joined(separator: ",\n"));
            INSERT INTO mailboxes VALUES \(mailboxes.sorted().map { row($0, "maildir") }.joined(separator: ",\n"));
            INSERT INTO domains VALUES \(Self.mailbox.map { row($0) }.joined(separator: ","));
            """, database: database)
        func map(_ query: String) -> String {
            "hosts = 127.0.0.1:\(server.port)\nuser = \(database)\npassword = \(database)\ndbname = \(database)\nquery = \(query)\n"
        }
        var mainCf = [
            "myhostname": "mx.home.test", "myorigin": "home.test",
            "mydestination": Self.local.joined(separator: ", "),
            "inet_interfaces": "127.0.0.1", "mynetworks": "10.0.0.0/8",
            "relay_domains": "rel1.test", "append_dot_mydomain": "no",
            "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
            "virtual_alias_maps": "texthash:\(directory)/aliases, mysql:\(directory)/aliases.cf",
            "virtual_mailbox_maps": "proxy:mysql:\(directory)/mailboxes.cf",
            "virtual_mailbox_domains": "mysql:\(directory)/domains.cf",
            "local_recipient_maps": "texthash:\(directory)/locals",
            "relay_recipient_maps": "texthash:\(directory)/relayed",
        ]
        mainCf.merge(parameters) { $1 }
        func text(_ keys: some Sequence<String>) -> String { keys.map { "\($0) here\n" }.sorted().joined() }
        return (
            mainCf,
            [
                "aliases": fileAliases.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined(),
                "locals": text(locals), "relayed": text(relayed),
                "aliases.cf": map("SELECT destination FROM aliases WHERE source = '%s' ORDER BY place"),
                "mailboxes.cf": map("SELECT path FROM mailboxes WHERE address = '%s'"),
                "domains.cf": map("SELECT 1 FROM domains WHERE name = '%s'"),
            ]
        )
    }

    private func quote(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
    }
}
