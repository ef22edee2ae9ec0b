import LookupTables
import Synchronization

/// A table in memory that counts what it is asked, and fails where it is told to.
final class MemoryTable: LookupTable {
    let name: String
    let keys: LookupKeys
    private let entries: [String: String]
    private let failing: Set<String>
    private let log = Mutex<[String]>([])

    init(
        _ name: String, _ entries: [String: String] = [:], keys: LookupKeys = .fixed,
        failing: Set<String> = []
    ) {
        self.name = "memory:\(name)"
        self.keys = keys
        self.entries = entries
        self.failing = failing
    }

    /// Every key, in the order of asking.
    var asked: [String] { log.withLock { $0 } }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        let key = key.lowercased()
        log.withLock { $0.append(key) }
        observer?.asked(statement: "GET \(key)", host: "memory", duration: .zero)
        if failing.contains(key) || failing.contains("*") {
            throw LookupFailure(table: name, cause: .unavailable, reason: "no server")
        }
        return entries[key]
    }
}
