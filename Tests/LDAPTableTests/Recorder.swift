import LookupTables
import Synchronization

/// Keeps what was asked.
final class Recorder: LookupObserver {
    private let asked = Mutex<[(statement: String, host: String)]>([])

    func asked(statement: String, host: String, duration: Duration) {
        asked.withLock { $0.append((statement, host)) }
    }

    var statements: [String] { asked.withLock { $0.map(\.statement) } }
    var hosts: [String] { asked.withLock { $0.map(\.host) } }
}
