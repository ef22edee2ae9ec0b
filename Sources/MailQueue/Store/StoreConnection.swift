import GRDB

/// Opens the store's SQLite file with the settings that durability and speed rest on: Documentation/queue.md.
enum StoreConnection {
    static func open(path: String, readOnly: Bool = false) throws -> DatabaseQueue {
        var configuration = GRDB.Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(10)
        configuration.label = "queue"
        configuration.prepareDatabase { database in
            if readOnly { return }
            // Counts only for a new file: two or three ordinary messages a page.
            try database.execute(sql: "PRAGMA page_size = 8192")
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // Debian's SQLite overwrites what it deletes; the mail was in a readable file a moment ago.
            _ = try Int.fetchOne(database, sql: "PRAGMA secure_delete = OFF")
            // A message that was delivered meanwhile never reaches the main file.
            _ = try Int.fetchOne(database, sql: "PRAGMA wal_autocheckpoint = 2048")
            _ = try Int.fetchOne(database, sql: "PRAGMA journal_size_limit = 67108864")
            try database.execute(sql: "PRAGMA cache_size = -16384")
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }
}

extension QueueFailure {
    /// SQLite's words with the file's name; a full disk is told from the rest.
    init(_ error: any Error, path: String) {
        switch error {
        case let failure as QueueFailure:
            self = failure
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL:
            self.init(.insufficientStorage, "\(path): \(error.message ?? "the disk is full")")
        case let error as DatabaseError where error.resultCode == .SQLITE_NOTADB:
            self.init(
                .storage, "\(path): this is no queue of Martlet's; move the file away or set queue_directory")
        case let error as DatabaseError:
            self.init(
                .storage, "\(path): \(error.message ?? "error") (SQLite \(error.extendedResultCode.rawValue))"
            )
        default:
            self.init(.storage, "\(path): \(error)")
        }
    }
}
