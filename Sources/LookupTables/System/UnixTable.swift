import Dispatch
import Foundation

/// `unix:passwd.byname`, `unix:group.byname`: the users and groups of the machine, as getpwnam_r(3) and
/// getgrnam_r(3) know them.
///
/// The answer is a line of passwd(5) or group(5); what stands in its password field is never shown. The C library
/// may ask a server for it, so each question runs on a thread of this table's own queue.
struct UnixTable: LookupTable {
    enum Database: String, Sendable {
        case users = "passwd.byname"
        case groups = "group.byname"

        fileprivate var function: String { self == .users ? "getpwnam_r" : "getgrnam_r" }

        fileprivate func line(of name: String) -> Result<String?, SystemError> {
            switch self {
            case .users: Self.userLine(of: name)
            case .groups: Self.groupLine(of: name)
            }
        }
    }

    let database: Database
    var name: String { "unix:\(database.rawValue)" }
    var keys: LookupKeys { .fixed }

    private static let queue = DispatchQueue(label: "unix:byname")

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        let start = ContinuousClock.now
        let account = key.lowercased()
        let answer = await withCheckedContinuation { continuation in
            Self.queue.async { continuation.resume(returning: database.line(of: account)) }
        }
        observer?.asked(
            statement: "\(database.function)(\"\(account)\")", host: "", duration: ContinuousClock.now - start
        )
        switch answer {
        case .success(let line): return line
        case .failure(let error):
            throw LookupFailure(
                table: name, cause: .unavailable, reason: "\(database.function): \(error.description)")
        }
    }
}

private struct SystemError: Error {
    let description: String
}

extension UnixTable.Database {
    private static func userLine(of user: String) -> Result<String?, SystemError> {
        line(of: user, size: Int32(_SC_GETPW_R_SIZE_MAX)) { buffer in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let error = getpwnam_r(user, &entry, &buffer, buffer.count, &found)
            guard found != nil else { return (error, nil) }
            return (
                error,
                [
                    text(entry.pw_name), "x", "\(entry.pw_uid)", "\(entry.pw_gid)", text(entry.pw_gecos),
                    text(entry.pw_dir), text(entry.pw_shell),
                ]
            )
        }
    }

    private static func groupLine(of group: String) -> Result<String?, SystemError> {
        line(of: group, size: Int32(_SC_GETGR_R_SIZE_MAX)) { buffer in
            var entry = Glibc.group()
            var found: UnsafeMutablePointer<Glibc.group>?
            let error = getgrnam_r(group, &entry, &buffer, buffer.count, &found)
            guard found != nil else { return (error, nil) }
            var members: [String] = []
            var next = entry.gr_mem
            while let member = next?.pointee {
                members.append(text(member))
                next = next?.successor()
            }
            return (
                error,
                [text(entry.gr_name), "x", "\(entry.gr_gid)", members.joined(separator: ",")]
            )
        }
    }

    private static func line(
        of name: String, size: Int32, read: (inout [CChar]) -> (error: Int32, fields: [String]?)
    ) -> Result<String?, SystemError> {
        // An entry fits into what the C library says, save where a server has longer ones.
        var size = max(sysconf(size), 1024)
        while size <= 1 << 20 {
            var buffer = [CChar](repeating: 0, count: size)
            let (error, fields) = read(&buffer)
            if error == ERANGE {
                size *= 2
                continue
            }
            // What else the C library says of a name that is not there: getpwnam(3), "ERRORS".
            guard error == 0 || [ENOENT, ESRCH, EBADF, EPERM].contains(error) else {
                return .failure(SystemError(description: String(cString: strerror(error))))
            }
            return .success(error == 0 ? fields?.joined(separator: ":") : nil)
        }
        return .failure(SystemError(description: "the entry of \(name) is longer than a megabyte"))
    }

    private static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
        pointer.map { String(cString: $0) } ?? ""
    }
}

/// `unix:`, of which there are `passwd.byname` and `group.byname`.
public struct UnixDriver: TableDriver {
    public init() {}

    public var type: String { "unix" }

    public func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        guard let database = UnixTable.Database(rawValue: name) else {
            throw TableError("unknown table: unix:\(name)")
        }
        return UnixTable(database: database)
    }
}
