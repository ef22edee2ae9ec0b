import LookupTables
import Peers
import PostfixConfig
import Synchronization

/// An opener over nothing but the kinds that are always there, and what it logged.
struct Opening {
    let opener: TableOpener
    let log = LogRecorder()

    init(_ values: [String: String] = [:], drivers: [any TableDriver] = []) throws {
        opener = TableOpener(
            configuration: try Configuration(directory: "/nonexistent", values: values), drivers: drivers,
            logger: log.logger("test"))
    }
}

/// A table that a test writes: answers, failures, and what it was asked.
final class ScriptedTable: LookupTable {
    enum Answer: Sendable { case value(String), failure }

    let name: String
    let keys: LookupKeys
    private let answers: [String: Answer]
    private let log = Mutex<[String]>([])

    init(_ name: String, keys: LookupKeys = .fixed, _ answers: [String: Answer]) {
        self.name = name
        self.keys = keys
        self.answers = answers
    }

    var asked: [String] { log.withLock { $0 } }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        log.withLock { $0.append(key) }
        switch answers[key] {
        case .value(let value): return value
        case .failure: throw LookupFailure(table: name, cause: .unavailable, reason: "away")
        case nil: return nil
        }
    }
}
