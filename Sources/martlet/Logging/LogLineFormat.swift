import Foundation

/// The shape of a line of the log.
struct LogLineFormat: Sendable {
    enum Frame: Sendable {
        /// `Nov 21 10:33:22 mail postfix/smtpd[4711]: …` and a line end, as `maillog_file` has it.
        case file(hostname: String)
        /// `<22>Nov 21 10:33:22 postfix/smtpd[4711]: …` and a NUL, as /dev/log takes it (RFC 3164).
        case syslog(facility: Int)
    }

    let frame: Frame
    /// `syslog_name`, `postfix` by default.
    let name: String
    private let processID = ProcessInfo.processInfo.processIdentifier

    init(frame: Frame, name: String) {
        self.frame = frame
        self.name = name
    }

    func append(
        service: String, severity: LogSeverity, text: String, to bytes: inout [UInt8], clock: inout LogClock
    ) {
        let time = clock.now()
        switch frame {
        case .file(let hostname): bytes.append(contentsOf: "\(time) \(hostname) ".utf8)
        case .syslog(let facility): bytes.append(contentsOf: "<\(facility << 3 | severity.rawValue)>\(time) ".utf8)
        }
        bytes.append(contentsOf: "\(name)/\(service)[\(processID)]: \(severity.prefix)".utf8)
        // A client's bytes must not forge lines of the log.
        for byte in text.utf8 { bytes.append(byte < 32 || byte == 127 ? UInt8(ascii: "?") : byte) }
        switch frame {
        case .file: bytes.append(UInt8(ascii: "\n"))
        case .syslog: bytes.append(0)
        }
    }
}

/// The time of day as log lines have it, made once a second.
struct LogClock {
    private var second = time_t.min
    private var text = ""

    mutating func now() -> String {
        var now = time(nil)
        guard now != second else { return text }
        second = now
        var parts = tm()
        localtime_r(&now, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let length = strftime(&buffer, buffer.count, "%b %e %H:%M:%S", &parts)
        text = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text
    }
}
