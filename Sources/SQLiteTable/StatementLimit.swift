import GRDB
import GRDBSQLite
import Synchronization

/// Ends a statement that runs for too long: SQLite asks it every few thousand steps.
final class StatementLimit: Sendable {
    private static let steps: Int32 = 20_000

    private let end: Mutex<ContinuousClock.Instant>
    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
        end = Mutex(.now + duration)
    }

    /// A statement starts.
    func begin() { begin(duration) }

    func begin(_ duration: Duration) { end.withLock { $0 = .now + duration } }

    private var isOver: Bool { end.withLock { $0 < .now } }

    /// - Parameter database: must not outlive the limit.
    func watch(_ database: Database) {
        sqlite3_progress_handler(
            database.sqliteConnection, Self.steps,
            { pointer in
                guard let pointer else { return 0 }
                return Unmanaged<StatementLimit>.fromOpaque(pointer).takeUnretainedValue().isOver ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}
