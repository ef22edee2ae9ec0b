import Logging
import Synchronization

/// Keeps what is logged.
public final class LogRecorder: Sendable {
    private let recorded = Mutex<[(label: String, level: Logger.Level, message: String)]>([])

    public init() {}

    /// `label: message`, with the word that the program's log puts before warnings.
    public var lines: [String] {
        recorded.withLock { recorded in
            recorded.map { entry in
                let prefix = entry.level >= .warning ? "\(entry.level): " : ""
                return "\(entry.label): \(prefix)\(entry.message)"
            }
        }
    }

    /// The texts alone.
    public var messages: [String] { recorded.withLock { $0.map(\.message) } }

    /// Waits until a line contains the text.
    public func line(containing text: String, seconds: Double = 60) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if let line = lines.first(where: { $0.contains(text) }) { return line }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw PeerFailure("no line with \"\(text)\" in:\n\(lines.joined(separator: "\n"))")
    }

    public func logger(_ label: String) -> Logger {
        Logger(label: label) { Handler(label: $0, recorder: self) }
    }

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
            recorder.recorded.withLock { $0.append((label, event.level, "\(event.message)")) }
        }
    }
}
