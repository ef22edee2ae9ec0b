import Foundation
import Synchronization

/// A command that has been started: it leads a session and a process group of its own.
final class RunningCommand: Sendable {
    private struct State {
        var isStopped = false
        var hasEnded = false
    }

    private let pid: pid_t
    private let state = Mutex(State())

    init(pid: pid_t) { self.pid = pid }

    /// Ends the command and what it has started.
    func stop() {
        state.withLock {
            $0.isStopped = true
            if !$0.hasEnded { kill(-pid, SIGKILL) }
        }
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Waits for the end. The number of a process is another's once it has been waited for, so nothing is stopped after.
    ///
    /// - Returns: as waitpid(2) has it.
    func wait() -> CInt {
        var status: CInt = 0
        var information = siginfo_t()
        // Without taking the process away yet.
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        state.withLock { $0.hasEnded = true }
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
