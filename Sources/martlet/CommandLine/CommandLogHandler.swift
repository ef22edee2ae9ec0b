import Foundation
import Logging

/// What a command says on standard error, in Postfix's form: `postmap: warning: …`. The label is the command's name.
struct CommandLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = "\(label): \(LogSeverity(event.level).prefix)\(event.message)"
        // What a database or a file says must not drive the terminal.
        let bytes = line.utf8.map { $0 < 32 || $0 == 127 ? UInt8(ascii: "?") : $0 }
        FileHandle.standardError.write(Data(bytes + [UInt8(ascii: "\n")]))
    }
}
