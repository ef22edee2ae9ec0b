import Foundation
import Synchronization

/// Where the log goes. Lines are gathered and written by a thread of their own, many with one system call, so
/// that no event loop waits for a disk.
///
/// At most ``limit`` bytes wait; past that, whoever logs waits for the writer.
final class LogSink: Sendable {
    private struct Waiting {
        var bytes: [UInt8] = []
        var clock = LogClock()
        var isWriting = false
    }

    private static let limit = 4 << 20

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
        var full = false
        let wake = waiting.withLock {
            let wasEmpty = $0.bytes.isEmpty
            format.append(service: service, severity: severity, text: text, to: &$0.bytes, clock: &$0.clock)
            full = $0.bytes.count > Self.limit
            return wasEmpty
        }
        if wake { work.signal() }
        if full { flush() }
    }

    /// Returns when all that was logged before has been written.
    func flush() {
        while waiting.withLock({ !$0.bytes.isEmpty || $0.isWriting }) {
            work.signal()
            usleep(1_000)
        }
    }

    /// Opens the log's file anew, after it was rotated.
    func reopen() {
        flush()
        output.reopen()
    }

    private func drain() {
        while true {
            work.wait()
            let bytes = waiting.withLock { waiting in
                waiting.isWriting = true
                return exchange(&waiting.bytes, with: [])
            }
            if !bytes.isEmpty { output.write(bytes) }
            waiting.withLock { $0.isWriting = false }
        }
    }
}
