import Foundation
import Synchronization

/// Starts programs with posix_spawn(3), with the three standard descriptors given.
enum Spawn {
    /// - Parameter input: becomes the program's standard input.
    /// - Throws: ``PeerFailure`` where the program can't be started.
    static func start(
        _ arguments: [String], environment: [String: String], directory: String?, input: Int32, output: Int32,
        errors: Int32
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in [input, output, errors].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        // SwiftNIO's sockets are inherited otherwise, and a connection that a test closed stays open in a child.
        _ = closeFrom?(&actions, 3)
        let merged = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        let command = directory.map { ["env", "-C", $0] + arguments } ?? arguments
        var argv: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = merged.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var pid: pid_t = 0
        let code = forking.withLock { _ in posix_spawnp(&pid, command[0], &actions, nil, &argv, &envp) }
        guard code == 0 else {
            throw PeerFailure("cannot start \(arguments[0]): \(String(cString: strerror(code)))")
        }
        return pid
    }

    /// posix_spawn_file_actions_addclosefrom_np(3), which glibc has since 2.34, and its module for Swift has not.
    private static let closeFrom:
        (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32)? = {
            guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "posix_spawn_file_actions_addclosefrom_np") else {
                return nil
            }
            return unsafeBitCast(
                symbol,
                to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)
        }()

    /// A pipe whose ends no program started here inherits.
    static func pipe() throws -> (reading: Int32, writing: Int32) {
        try forking.withLock { _ in
            var ends: [Int32] = [-1, -1]
            guard Foundation.pipe(&ends) == 0 else { throw PeerFailure("pipe: \(errnoText())") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return (ends[0], ends[1])
        }
    }

    /// Held while a program starts, and while a descriptor exists that is not yet marked close-on-exec.
    private static let forking = Mutex(())

    /// Waits for a program to end.
    ///
    /// - Returns: its exit code, 128 + n where signal n ended it; nil where it still runs and `block` is false.
    static func reap(_ pid: pid_t, block: Bool) -> Int32? {
        var status: Int32 = 0
        while true {
            let found = waitpid(pid, &status, block ? 0 : WNOHANG)
            if found == 0 { return nil }
            if found < 0 && errno == EINTR { continue }
            guard found == pid else { return 127 }
            let signal = status & 0x7f
            return signal == 0 ? (status >> 8) & 0xff : 128 + signal
        }
    }

    static func open(_ path: String, _ flags: Int32) throws -> Int32 {
        let descriptor = Foundation.open(path, flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw PeerFailure("open \(path): \(errnoText())") }
        return descriptor
    }
}
