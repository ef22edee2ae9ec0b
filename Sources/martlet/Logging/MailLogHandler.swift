import Logging

/// Puts log lines into Postfix's form, which log readers parse:
///
///     postfix/smtpd[4711]: connect from localhost[127.0.0.1]
///     postfix/qmgr[4711]: warning: …
///
/// The logger's label is the program's name in Postfix's family: `smtpd`, `cleanup`, `qmgr`, `lmtp`, `virtual`.
struct MailLogHandler: LogHandler {
    let label: String
    let sink: LogSink
    var logLevel: Logger.Level = .info
    /// Not part of Postfix's form; kept because the protocol asks for it.
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        sink.write(service: label, severity: LogSeverity(event.level), text: event.message.description)
    }
}

/// How grave a line is, as syslog(3) numbers it and as Postfix words it.
enum LogSeverity: Int, Sendable {
    case fatal = 2
    case error = 3
    case warning = 4
    case info = 6
    case debug = 7

    init(_ level: Logger.Level) {
        self =
            switch level {
            case .trace, .debug: .debug
            case .info, .notice: .info
            case .warning: .warning
            case .error: .error
            case .critical: .fatal
            }
    }

    /// What stands before the message.
    var prefix: String {
        switch self {
        case .fatal: "fatal: "
        case .error: "error: "
        case .warning: "warning: "
        case .info, .debug: ""
        }
    }
}
