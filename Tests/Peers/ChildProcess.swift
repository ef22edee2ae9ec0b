import Foundation
import Synchronization

/// A server that a test started. It ends with its owner, and with the test process however that ends:
/// a shell beside it waits for the end of a pipe that only the test process holds.
public final class ChildProcess: Sendable {
    private struct State {
        /// The shell that started the program.
        let shell: pid_t
        /// Closing it ends the program.
        var leash: Int32?
        var exitCode: Int32?

        mutating func reap(block: Bool) -> Int32? {
            if exitCode == nil { exitCode = Spawn.reap(shell, block: block) }
            return exitCode
        }
    }

    private let state: Mutex<State>
    /// What the program printed, for a failed test to show.
    public let outputPath: String
    /// The program's own process id, not the shell's.
    public let pid: pid_t

    public init(
        _ command: [String], environment: [String: String] = [:], directory: String? = nil,
        outputPath: String,
        stopSignal: String = "TERM"
    ) throws {
        let pidFile = outputPath + ".pid"
        unlink(pidFile)
        // Shell and program are in sessions of their own: what ends the tests (^C) must reach neither, and the
        // program leads a process group, so that none of its children outlives it.
        let script = """
            end() { kill "$@" || [ $(id -u) = 0 ] || sudo -n kill "$@"; } 2>/dev/null
            exec {leash}<&0
            setsid "$@" </dev/null {leash}<&- & child=$!
            echo $child >"$PEER_PID_FILE.new" && mv "$PEER_PID_FILE.new" "$PEER_PID_FILE"
            ( read -r _; end -\(stopSignal) $child
                for ((i = 0; i < 300; i++)); do sleep 0.1; [ -d /proc/$child ] || exit; done
                end -KILL -- -$child ) <&$leash >/dev/null 2>&1 &
            watcher=$!
            exec {leash}<&-
            wait $child; code=$?
            kill $watcher 2>/dev/null; end -KILL -- -$child
            exit $code
            """
        let output = try Spawn.open(outputPath, O_WRONLY | O_CREAT | O_APPEND)
        defer { close(output) }
        let leash = try Spawn.pipe()
        defer { close(leash.reading) }
        let shell = try Spawn.start(
            ["setsid", "/bin/bash", "-c", script, "peer"] + command,
            environment: environment.merging(["PEER_PID_FILE": pidFile]) { $1 }, directory: directory,
            input: leash.reading, output: output, errors: output)
        self.outputPath = outputPath
        var found: pid_t?
        for _ in 0..<30_000 where found == nil {
            found = (try? String(contentsOfFile: pidFile, encoding: .utf8))
                .flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            if found == nil { usleep(2_000) }
        }
        guard let found else {
            close(leash.writing)
            _ = Spawn.reap(shell, block: true)
            throw PeerFailure("\(command[0]) did not start: \(Self.read(outputPath))")
        }
        pid = found
        state = Mutex(State(shell: shell, leash: leash.writing))
    }

    deinit {
        let (shell, leash, hasEnded) = state.withLock { ($0.shell, $0.leash, $0.exitCode != nil) }
        if let leash { close(leash) }
        // The last owner may be a test on the cooperative pool, which must not wait.
        if !hasEnded { Thread.detachNewThread { _ = Spawn.reap(shell, block: true) } }
    }

    /// Asks a server to end, without waiting for it; then its directory goes.
    static func leave(_ server: ChildProcess?, in directory: TemporaryDirectory) {
        Thread.detachNewThread {
            server?.stop()
            withExtendedLifetime(directory) {}
        }
    }

    public var isRunning: Bool { state.withLock { $0.reap(block: false) == nil } }

    public var output: String { Self.read(outputPath) }

    public func send(_ signal: Int32) {
        guard kill(pid, signal) != 0, errno == EPERM else { return }
        _ = try? Root.run("kill -\(signal) \(pid)")
    }

    /// Asks the program to end and waits until it has. Safe to call twice.
    public func stop() {
        state.withLock {
            if let leash = $0.leash { close(leash) }
            $0.leash = nil
            _ = $0.reap(block: true)
        }
    }

    /// Waits for the program to end by itself, or because it was killed.
    ///
    /// - Returns: its exit code; 128 + n where signal n ended it.
    @discardableResult
    public func wait() -> Int32 { state.withLock { $0.reap(block: true) ?? 127 } }

    private static func read(_ path: String) -> String {
        (try? Data(contentsOf: URL(fileURLWithPath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Polls until the condition holds; fails where the program ends before, or the time is over.
    public func waitUntil(_ what: String, seconds: Double = 120, _ condition: () throws -> Bool) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while try !condition() {
            guard isRunning else { throw PeerFailure("ended with \(wait()) before \(what):\n\(output)") }
            guard Date() < deadline else { throw PeerFailure("no \(what) after \(seconds) s:\n\(output)") }
            usleep(20_000)
        }
    }
}
