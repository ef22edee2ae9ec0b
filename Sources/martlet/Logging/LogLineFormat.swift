import Foundation

/// The shape of a line of the log.
struct LogLineFormat: Sendable {
    enum Frame: Sendable {
        /// `Nov 21 10:33:22 mail postfix/smtpd[4711]: …` and a line end, as `maillog_file` has it.
        case file(hostname: String)
        /// `<22>Nov 21 10:33:22 postfix/smtpd[4711]: …` and a NUL, as /dev/log takes it (RFC 3164).
        case syslog(facility: Int)
    }

    private let frame: Frame
    /// Between the time and the name of the service: ` mail postfix/`.
    private let beforeService: [UInt8]
    /// Between the name of the service and the message: `[4711]: `.
    private let afterService: [UInt8]
    private let end: UInt8

    /// - Parameter name: `syslog_name`, `postfix` by default.
    init(frame: Frame, name: String) {
        self.frame = frame
        afterService = Array("[\(ProcessInfo.processInfo.processIdentifier)]: ".utf8)
        switch frame {
        case .file(let hostname):
            beforeService = Array(" \(hostname) \(name)/".utf8)
            end = UInt8(ascii: "\n")
        case .syslog:
            beforeService = Array(" \(name)/".utf8)
            end = 0
        }
    }

    /// What follows the time.
    func line(service: String, severity: LogSeverity, text: String) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(beforeService.count + afterService.count + text.utf8.count + 24)
        line += beforeService
        line += service.utf8
        line += afterService
        line += severity.prefix.utf8
        let start = line.count
        line += text.utf8
        // A client's bytes must not forge lines of the log.
        for index in start..<line.count where line[index] < 32 || line[index] == 127 {
            line[index] = UInt8(ascii: "?")
        }
        line.append(end)
        return line
    }

    /// - Parameter line: what ``line(service:severity:text:)`` made.
    func append(_ line: [UInt8], severity: LogSeverity, to bytes: inout [UInt8], clock: inout LogClock) {
        if case .syslog(let facility) = frame { bytes += "<\(facility << 3 | severity.rawValue)>".utf8 }
        bytes += clock.now()
        bytes += line
    }
}

/// The time of day as log lines have it, made once a second.
struct LogClock {
    private var second = time_t.min
    private var text: [UInt8] = []

    mutating func now() -> [UInt8] {
        var now = time(nil)
        guard now != second else { return text }
        second = now
        var parts = tm()
        localtime_r(&now, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let length = strftime(&buffer, buffer.count, "%b %e %H:%M:%S", &parts)
        text = buffer[..<length].map { UInt8(bitPattern: $0) }
        return text
    }
}
