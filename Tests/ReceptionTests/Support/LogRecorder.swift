import Logging
import Synchronization

/// Keeps the lines that are logged, `label: message`, with the word that the program's log puts before warnings.
final class LogRecorder: Sendable {
    private let recorded = Mutex<[String]>([])

    var lines: [String] { recorded.withLock { $0 } }

    func logger(_ label: String) -> Logger { Logger(label: label) { Handler(label: $0, recorder: self) } }

    private struct Handler: LogHandler {
        let label: String
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let prefix = event.level >= .warning ? "\(event.level): " : ""
            recorder.recorded.withLock { $0.append("\(label): \(prefix)\(event.message)") }
        }
    }
}
