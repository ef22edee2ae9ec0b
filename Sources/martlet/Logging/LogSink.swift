import Foundation
import Synchronization

/// Where the log goes. Lines are gathered and written by a thread of their own, many with one system call, so
/// that nobody who logs waits for a disk.
///
/// At most ``limit`` bytes wait; past that, lines are dropped and counted, and the log says how many.
final class LogSink: Sendable {
    private struct Waiting {
        var bytes: [UInt8] = []
        var clock = LogClock()
        var dropped = 0
        /// Lines taken, and lines written, since the start.
        var taken = 0
        var written = 0
    }

    private static let limit = 16 << 20

    private let format: LogLineFormat
    private let output: any LogOutput
    private let waiting = Mutex(Waiting())
    private let work = DispatchSemaphore(value: 0)

    init(format: LogLineFormat, output: any LogOutput) {
        self.format = format
        self.output = output
        let thread = Thread { [self] in drain() }
        thread.name = "log"
        thread.start()
    }

    func write(service: String, severity: LogSeverity, text: String) {
        // Made before the lock is taken; only the time is added inside.
        let rest = format.line(service: service, severity: severity, text: text)
        let wake = waiting.withLock {
            guard $0.bytes.count < Self.limit else {
                $0.dropped += 1
                return false
            }
            let wasEmpty = $0.bytes.isEmpty
            format.append(rest, severity: severity, to: &$0.bytes, clock: &$0.clock)
            $0.taken += 1
            return wasEmpty
        }
        if wake { work.signal() }
    }

    /// Returns when all that was logged before has been written, or after some seconds where the log is stuck.
    func flush() {
        let goal = waiting.withLock { $0.taken }
        for _ in 0..<5_000 where waiting.withLock({ $0.written < goal }) { usleep(1_000) }
    }

    /// Opens the log's file anew, after it was rotated.
    ///
    /// - Throws: where it can't be opened; the log then goes on into the old one.
    func reopen() throws(LogOutputError) {
        flush()
        try output.reopen()
    }

    private func drain() {
        while true {
            work.wait()
            let (bytes, taken) = waiting.withLock { waiting in
                if waiting.dropped > 0 {
                    let text = "the log could not keep up: \(waiting.dropped) lines were dropped"
                    waiting.dropped = 0
                    let line = format.line(service: "master", severity: .warning, text: text)
                    format.append(line, severity: .warning, to: &waiting.bytes, clock: &waiting.clock)
                }
                return (exchange(&waiting.bytes, with: []), waiting.taken)
            }
            if !bytes.isEmpty { output.write(bytes) }
            waiting.withLock { $0.written = taken }
        }
    }
}
