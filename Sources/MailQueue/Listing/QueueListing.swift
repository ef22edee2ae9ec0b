import GRDB
import MailFormat

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The queue as another program reads it, while the server goes on.
public struct QueueListing: Sendable {
    /// The queue of Postfix that a message would be in: tried for the first time, or waiting.
    public enum Place: String, Sendable {
        case active
        case deferred
    }

    public struct Entry: Sendable {
        public let message: QueuedMessage
        public let place: Place
        /// The next attempt; nil where the first has not ended.
        public let due: Timestamp?
    }

    private let database: DatabaseQueue
    private let path: String

    /// Opens the queue in a directory for reading.
    ///
    /// - Returns: nil where no queue has been made there yet.
    public init?(directory: String) throws(QueueFailure) {
        path = QueueDirectory(directory).store
        guard access(path, F_OK) == 0 else {
            if errno == ENOENT { return nil }
            throw QueueFailure(errno: errno, "open", path)
        }
        guard access(path, R_OK | W_OK) == 0 else { throw QueueFailure(errno: errno, "open", path) }
        do {
            database = try StoreConnection.open(path: path, readOnly: true)
            try database.read { [path] in try StoreSchema.verify($0, path: path) }
        } catch {
            throw QueueFailure(error, path: path)
        }
    }

    /// Hands each message to `body`, oldest first, a page in memory at a time.
    public func forEach(_ body: (Entry) throws -> Void) throws {
        var cursor: Int64 = 0
        while true {
            let page: StoreReader.Page
            do {
                page = try database.read { try StoreReader(database: $0).all(after: cursor, limit: 500) }
            } catch {
                throw QueueFailure(error, path: path)
            }
            guard let last = page.last else { return }
            cursor = last.number
            let now = Timestamp.now
            for entry in page.entries {
                let isWaiting = entry.due.map { $0 > now } ?? false
                try body(
                    Entry(
                        message: entry.message, place: isWaiting ? .deferred : .active, due: entry.due))
            }
        }
    }
}
