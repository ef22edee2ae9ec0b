import GRDB
import Routing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

private let closeFile: @Sendable (Int32) -> Int32 = close

/// What probes have found, by address, as SQLite keeps it: in a file, or in memory.
///
/// All work is on the database's own thread. The newest results may be lost in a power cut, and are found out again.
public final class VerificationCache: Sendable {
    /// What the log calls it.
    public let name: String
    private let database: DatabaseQueue

    /// - Throws: where the file cannot be opened, or is no such cache.
    public init(_ place: VerificationPlace, readOnly: Bool = false) throws {
        var configuration = GRDB.Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(5)
        configuration.label = "verify"
        switch place {
        case .memory:
            name = "in memory"
            database = try DatabaseQueue(configuration: configuration)
        case .file(let path):
            name = path
            configuration.prepareDatabase { database in
                if readOnly { return }
                _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
            }
            if !readOnly { try Self.makePrivate(path) }
            database = try DatabaseQueue(path: path, configuration: configuration)
        }
        if readOnly { return }
        try database.write {
            try $0.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS verification (
                        address TEXT PRIMARY KEY NOT NULL, result INTEGER NOT NULL, text TEXT NOT NULL,
                        updated INTEGER NOT NULL, probed INTEGER NOT NULL) WITHOUT ROWID
                    """)
        }
    }

    /// Whom mail was for is not everybody's business: the file is made for its owner alone.
    private static func makePrivate(_ path: String) throws {
        let file = open(path, O_CREAT | O_CLOEXEC | O_RDWR, 0o600)
        guard file >= 0 else {
            throw DatabaseError(
                resultCode: .SQLITE_CANTOPEN, message: "open \(path): \(String(cString: strerror(errno)))")
        }
        _ = closeFile(file)
    }

    static func exists(at path: String) -> Bool { access(path, F_OK) == 0 }

    func entry(of address: String) async throws -> VerificationEntry? {
        try await database.read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT result, text, updated, probed FROM verification WHERE address = ?")
            return try Row.fetchOne(statement, arguments: [address]).flatMap(VerificationEntry.init)
        }
    }

    func store(_ entry: VerificationEntry, of address: String) async throws {
        try await database.write { database in
            try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO verification (address, result, text, updated, probed) "
                    + "VALUES (?, ?, ?, ?, ?)"
            ).execute(arguments: [address, entry.result.rawValue, entry.text, entry.updated, entry.probed])
        }
    }

    /// Forgets what is expired, and the oldest of what is more than may be remembered.
    func cleanUp(
        at now: Int64, _ settings: VerificationSettings
    ) async throws -> (retained: Int, dropped: Int) {
        try await database.write { database in
            try database.execute(
                sql: "DELETE FROM verification WHERE updated + CASE result WHEN 0 THEN ? ELSE ? END < ?",
                arguments: [settings.positiveExpire, settings.negativeExpire, now])
            let expired = database.changesCount
            let trimmed = try Self.trim(database, to: settings.cacheLimit)
            let retained = try Int.fetchOne(database, sql: "SELECT count(*) FROM verification") ?? 0
            return (retained, expired + trimmed)
        }
    }

    /// Makes room where there are more than may be remembered; a tenth more than has to be, so that it is rare.
    func trim(to limit: Int) async throws {
        _ = try await database.write { try Self.trim($0, to: limit) }
    }

    private static func trim(_ database: Database, to limit: Int) throws -> Int {
        let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM verification") ?? 0
        guard count > limit else { return 0 }
        try database.execute(
            sql: "DELETE FROM verification WHERE address IN "
                + "(SELECT address FROM verification ORDER BY max(updated, probed), address LIMIT ?)",
            arguments: [count - limit + limit / 10])
        return database.changesCount
    }

    func close() { try? database.close() }
}

extension VerificationEntry {
    fileprivate init?(_ row: Row) {
        guard let raw = row[0] as Int?, let result = ProbeResult.Status(rawValue: raw),
            let text = row[1] as String?, let updated = row[2] as Int64?, let probed = row[3] as Int64?
        else { return nil }
        self.init(result: result, text: text, updated: updated, probed: probed)
    }
}
