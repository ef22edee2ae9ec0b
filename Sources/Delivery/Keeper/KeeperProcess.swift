import CFileIdentity
import Foundation

/// The process that keeps root's rights, as the server started it.
public struct KeeperProcess: Sendable {
    /// The program's first argument where it is to be the keeper.
    public static let subcommand = "keep-deliveries"
    /// The descriptor on which the keeper finds its connection.
    static let connection: CInt = 3

    public let keeper: DeliveryKeeper
    public let pid: pid_t

    /// Starts this program once more. To be called while it still is root.
    ///
    /// - Parameters:
    ///   - directory: of main.cf.
    ///   - program: the file that is run.
    public static func start(
        directory: String, program: String = "/proc/self/exe"
    ) throws(KeeperStartFailure) -> KeeperProcess {
        guard let (own, other) = KeeperSocket.pair() else {
            throw KeeperStartFailure("socketpair: \(SystemError.words(errno))")
        }
        defer { close(other) }
        let arguments = ["martlet", subcommand, directory]
        var pid: pid_t = 0
        let code = CStrings(arguments).with { arguments in
            CStrings(ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }).with { environment in
                martlet_spawn(&pid, program, arguments, environment, nil, [0, 1, 2, other], 4, 0)
            }
        }
        guard code == 0 else {
            close(own)
            throw KeeperStartFailure("start \(program): \(SystemError.words(code))")
        }
        return KeeperProcess(keeper: DeliveryKeeper(own), pid: pid)
    }

    /// Lets the keeper end, and waits until it has. Blocks for as long as its last deliveries take, but not longer than
    /// some seconds.
    public func end() {
        keeper.close()
        var status: CInt = 0
        for _ in 0..<300 {
            let found = waitpid(pid, &status, WNOHANG)
            if found == pid || (found < 0 && errno != EINTR) { return }
            usleep(50_000)
        }
        // Only root may end it; the connection is gone, and so will it be.
    }
}

public struct KeeperStartFailure: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Strings as C's functions want a list of them.
struct CStrings {
    private let strings: [String]

    init(_ strings: [String]) { self.strings = strings }

    func with<Value>(_ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value) -> Value {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return body(&pointers)
    }
}
