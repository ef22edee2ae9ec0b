import Foundation
import Synchronization

/// A server that a test started. It ends with its owner, and with the test process however that ends:
/// a shell beside it waits for the end of a pipe that only the test process holds.
public final class ChildProcess: Sendable {
    private struct State: ~Copyable {
        let process: Process
        let leash: Pipe
    }

    private let state: Mutex<State>
    /// What the program printed, for a failed test to show.
    public let outputPath: String
    /// The program's own process id, not the shell's.
    public let pid: pid_t

    /// - Parameter prefix: put before the command, such as `sudo -n`.
    public init(
        _ command: [String], environment: [String: String] = [:], directory: String? = nil, outputPath: String,
        stopSignal: String = "TERM"
    ) throws {
        let script = """
            "$@" </dev/null & child=$!
            echo $child >&3
            ( read -r _ ; kill -\(stopSignal) $child 2>/dev/null; for i in 1 2 3 4 5 6 7 8 9 10; do
                sleep 0.3; kill -0 $child 2>/dev/null || exit; done; kill -KILL $child ) <&4 >/dev/null 2>&1 3>&- & watcher=$!
            exec 3>&- 4<&-
            wait $child; code=$?
            kill $watcher 2>/dev/null
            exit $code
            """
        _ = FileManager.default.createFile(atPath: outputPath, contents: nil)
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
        let process = Process()
        let pidFile = outputPath + ".pid"
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", "exec 3>'\(pidFile)' 4<&0; " + script, "peer"] + command
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        let leash = Pipe()
        // The leash must not leak into other children, or it would never end.
        _ = fcntl(leash.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process.standardInput = leash
        process.standardOutput = output
        process.standardError = output
        try process.run()
        self.outputPath = outputPath
        var found: pid_t?
        for _ in 0..<500 where found == nil {
            found = (try? String(contentsOfFile: pidFile, encoding: .utf8))
                .flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            if found == nil { usleep(2_000) }
        }
        guard let found else { throw PeerFailure("\(command[0]) did not start: \(Self.read(outputPath))") }
        pid = found
        state = Mutex(State(process: process, leash: leash))
    }

    deinit { stop() }

    public var isRunning: Bool { kill(pid, 0) == 0 && state.withLock { $0.process.isRunning } }

    public var output: String { Self.read(outputPath) }

    public func send(_ signal: Int32) { kill(pid, signal) }

    /// Asks the program to end and waits until it has. Safe to call twice.
    public func stop() {
        state.withLock {
            try? $0.leash.fileHandleForWriting.close()
            $0.process.waitUntilExit()
        }
    }

    /// Waits for the program to end by itself, or because it was killed.
    ///
    /// - Returns: its exit code; 128 + n where signal n ended it.
    @discardableResult
    public func wait() -> Int32 {
        state.withLock {
            $0.process.waitUntilExit()
            return $0.process.terminationStatus
        }
    }

    private static func read(_ path: String) -> String {
        (try? Data(contentsOf: URL(fileURLWithPath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Polls until the condition holds; fails where the program ends before, or the time is over.
    public func waitUntil(_ what: String, seconds: Double = 30, _ condition: () throws -> Bool) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while try !condition() {
            guard isRunning else { throw PeerFailure("ended before \(what):\n\(output)") }
            guard Date() < deadline else { throw PeerFailure("no \(what) after \(seconds) s:\n\(output)") }
            usleep(20_000)
        }
    }
}
