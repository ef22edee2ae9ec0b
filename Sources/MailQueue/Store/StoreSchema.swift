import GRDB

/// The store's tables, and how a file is known to be one of ours.
enum StoreSchema {
    /// `Mrtl` in SQLite's `application_id`.
    static let applicationID = 0x4D72_746C
    /// In SQLite's `user_version`; raised when the tables change.
    static let version = 1

    /// What never changes stands in `message`, which is written once and deleted once. Only messages that an
    /// attempt has left behind have rows in `waiting` and `recipient_state`, so mail that is delivered at once
    /// costs one INSERT and one DELETE.
    static let tables = """
        CREATE TABLE message (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            arrived INTEGER NOT NULL,
            -- UTF-8; as text, SQLite would end it at a NUL.
            sender BLOB NOT NULL,
            is_eight_bit INTEGER NOT NULL,
            size INTEGER NOT NULL,
            envelope BLOB NOT NULL,
            content BLOB
        );
        CREATE INDEX message_in_file ON message (id) WHERE content IS NULL;
        CREATE TABLE waiting (
            message INTEGER PRIMARY KEY,
            due INTEGER NOT NULL
        );
        CREATE INDEX waiting_due ON waiting (due, message);
        CREATE TABLE recipient_state (
            message INTEGER NOT NULL,
            position INTEGER NOT NULL,
            status TEXT,
            reason TEXT,
            PRIMARY KEY (message, position)
        ) WITHOUT ROWID;
        """

    static func prepare(_ database: Database, path: String) throws {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        if application == 0, version == 0, try database.schemaIsEmpty() {
            try database.inTransaction(.immediate) {
                try database.execute(sql: tables)
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                try database.execute(sql: "PRAGMA user_version = \(self.version)")
                return .commit
            }
            return
        }
        try verify(database, path: path)
    }

    /// Throws ``QueueFailure`` unless the file is a queue of this version.
    static func verify(_ database: Database, path: String) throws {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard application == applicationID else {
            throw QueueFailure(
                .storage, "\(path): this is no queue of Martlet's; move the file away or set queue_directory")
        }
        guard version <= self.version else {
            throw QueueFailure(
                .storage,
                "\(path): the queue was written by a newer Martlet (form \(version), this one knows"
                    + " \(self.version)); run that one, or let it deliver what is queued")
        }
    }
}

extension Database {
    fileprivate func schemaIsEmpty() throws -> Bool {
        try Int.fetchOne(self, sql: "SELECT count(*) FROM sqlite_schema") == 0
    }
}
