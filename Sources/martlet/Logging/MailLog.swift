import Foundation
import Logging
import PostfixConfig

/// The log of the running server: main.cf says where it goes.
struct MailLog: Sendable {
    let sink: LogSink

    /// `maillog_file` where it is set; else syslog where a daemon listens; else standard error.
    ///
    /// Standard error is also chosen where it is a terminal: somebody is watching.
    init(_ configuration: Configuration) throws(LogOutputError) {
        let name = configuration[.syslogName]
        let hostname = String(configuration[.myhostname].prefix { $0 != "." })
        let file = LogLineFormat(frame: .file(hostname: hostname), name: name)
        let path = configuration[.maillogFile]
        if path == "/dev/stdout" {
            sink = LogSink(format: file, output: FileLogOutput(descriptor: STDOUT_FILENO))
        } else if !path.isEmpty {
            sink = LogSink(
                format: file,
                output: try FileLogOutput(path: path, owner: Owner(name: configuration[.mailOwner])))
        } else if isatty(STDERR_FILENO) == 0, let syslog = SyslogOutput() {
            let facility = Self.facilities[configuration[.syslogFacility]] ?? 2
            sink = LogSink(
                format: LogLineFormat(frame: .syslog(facility: facility), name: name), output: syslog)
        } else {
            sink = LogSink(format: file, output: FileLogOutput(descriptor: STDERR_FILENO))
        }
    }

    init(sink: LogSink) { self.sink = sink }

    func logger(_ service: String) -> Logger {
        Logger(label: service) { [sink] in MailLogHandler(label: $0, sink: sink) }
    }

    /// syslog(3).
    private static let facilities = [
        "user": 1, "mail": 2, "daemon": 3, "auth": 4, "syslog": 5, "lpr": 6, "news": 7, "uucp": 8, "cron": 9,
        "authpriv": 10, "ftp": 11, "local0": 16, "local1": 17, "local2": 18, "local3": 19, "local4": 20,
        "local5": 21,
        "local6": 22, "local7": 23,
    ]
}
