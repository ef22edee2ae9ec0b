import GRDB

/// Makes a SQLite file.
enum SQLiteScript {
    static func run(_ sql: String, path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }
}
