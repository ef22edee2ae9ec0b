import Dispatch
import Foundation

/// `unix:passwd.byname`: the users of the machine, as getpwnam_r(3) knows them.
///
/// The answer is a line of passwd(5); what stands in its password field is never shown. The C library may
/// ask a server for it, so each question runs on a thread of this table's own queue.
struct UnixTable: LookupTable {
    let name: String
    var keys: LookupKeys { .fixed }

    private static let queue = DispatchQueue(label: "unix:passwd.byname")

    init(name: String) {
        self.name = name
    }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        let start = ContinuousClock.now
        let user = key.lowercased()
        let answer = await withCheckedContinuation { continuation in
            Self.queue.async { continuation.resume(returning: Self.line(of: user)) }
        }
        observer?.asked(statement: "getpwnam_r(\"\(user)\")", host: "", duration: ContinuousClock.now - start)
        switch answer {
        case .success(let line): return line
        case .failure(let error):
            throw LookupFailure(table: name, cause: .unavailable, reason: "getpwnam_r: \(error.description)")
        }
    }

    private struct SystemError: Error {
        let description: String
    }

    private static func line(of user: String) -> Result<String?, SystemError> {
        // An entry fits into what the C library says, save where a server has longer ones.
        var size = max(sysconf(Int32(_SC_GETPW_R_SIZE_MAX)), 1024)
        while size <= 1 << 20 {
            var buffer = [CChar](repeating: 0, count: size)
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let error = getpwnam_r(user, &entry, &buffer, buffer.count, &found)
            if error == ERANGE {
                size *= 2
                continue
            }
            // What else the C library says of a user who is not there: getpwnam(3), "ERRORS".
            guard error == 0 || [ENOENT, ESRCH, EBADF, EPERM].contains(error) else {
                return .failure(SystemError(description: String(cString: strerror(error))))
            }
            guard error == 0, found != nil else { return .success(nil) }
            func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
                pointer.map { String(cString: $0) } ?? ""
            }
            return .success(
                [
                    text(entry.pw_name), "x", "\(entry.pw_uid)", "\(entry.pw_gid)", text(entry.pw_gecos),
                    text(entry.pw_dir), text(entry.pw_shell),
                ].joined(separator: ":"))
        }
        return .failure(SystemError(description: "the entry of \(user) is longer than a megabyte"))
    }
}

/// `unix:`, of which there is `passwd.byname`.
public struct UnixDriver: TableDriver {
    public init() {}

    public var type: String { "unix" }

    public func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        guard name == "passwd.byname" else {
            throw TableError("unix:\(name) is not there; unix:passwd.byname is")
        }
        return UnixTable(name: "unix:\(name)")
    }
}
