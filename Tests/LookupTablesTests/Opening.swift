import Logging
import LookupTables
import PostfixConfig
import Synchronization

/// An opener over nothing but the kinds that are always there, and what it logged.
struct Opening {
    let opener: TableOpener
    let log = RecordedLog()

    init(_ values: [String: String] = [:], drivers: [any TableDriver] = []) throws {
        let log = log
        var values = values
        values["smtpd_expansion_filter"] = "a"
        values["postscreen_expansion_filter"] = "a"
        opener = TableOpener(
            configuration: try Configuration(directory: "/nonexistent", values: values), drivers: drivers,
            logger: Logger(label: "test") { _ in log })
    }
}

final class RecordedLog: LogHandler, Sendable {
    private let texts = Mutex<[String]>([])
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        texts.withLock { $0.append("\(event.message)") }
    }

    var lines: [String] { texts.withLock { $0 } }
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
