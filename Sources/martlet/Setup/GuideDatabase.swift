import Foundation
import GRDB

/// The ISPmail guide's three tables in SQLite: domains, mailboxes and aliases.
struct GuideDatabase {
    let path: String

    /// Creates the file with empty tables.
    ///
    /// - Throws: `DatabaseError` where the file can't be written.
    func create() throws {
        try DatabaseQueue(path: path).write { database in
            try database.execute(
                sql: """
                    CREATE TABLE virtual_domains (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        name TEXT NOT NULL UNIQUE COLLATE NOCASE
                    );
                    CREATE TABLE virtual_users (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        domain_id INTEGER NOT NULL REFERENCES virtual_domains(id) ON DELETE CASCADE,
                        email TEXT NOT NULL UNIQUE COLLATE NOCASE,
                        password TEXT NOT NULL,
                        quota INTEGER NOT NULL DEFAULT 0
                    );
                    CREATE TABLE virtual_aliases (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        domain_id INTEGER NOT NULL REFERENCES virtual_domains(id) ON DELETE CASCADE,
                        source TEXT NOT NULL COLLATE NOCASE,
                        destination TEXT NOT NULL
                    );
                    CREATE INDEX virtual_aliases_source ON virtual_aliases(source);
                    """)
        }
    }

    /// The guide's example: example.org, the mailbox john@ and the alias jack@ that goes to him.
    ///
    /// John's password is the guide's, `summersun`, hashed as Dovecot reads it.
    func addExample() throws {
        try DatabaseQueue(path: path).write { database in
            try database.execute(sql: "INSERT INTO virtual_domains (id, name) VALUES (1, 'example.org')")
            try database.execute(
                sql:
                    "INSERT INTO virtual_users (domain_id, email, password) VALUES (1, 'john@example.org', ?)",
                arguments: [
                    "{SHA512-CRYPT}$6$martletexample$uEkZhEeGovp8a.r9qwbSLhTF1N.TV3Mr3Nqv1qjETh1eYirvCPBbOWhdg0zY3XnA27o8YCIPoynsS/0YqDnJx0"
                ])
            try database.execute(
                sql: """
                    INSERT INTO virtual_aliases (domain_id, source, destination)
                    VALUES (1, 'jack@example.org', 'john@example.org')
                    """)
        }
    }
}
