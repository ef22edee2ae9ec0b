#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The files of a queue: `queue.sqlite`, `content/` for large messages and `lock`, for their owner's eyes only.
public struct QueueDirectory: Sendable {
    public let path: String

    public init(_ path: String) {
        self.path = path
    }

    var store: String { "\(path)/queue.sqlite" }
    var content: String { "\(path)/content" }
    var lock: String { "\(path)/lock" }

    /// Creates what is missing, with its parents. A server that is about to give up root's rights names the user
    /// that it becomes, so that the directory will be that user's.
    public func create(owner: uid_t? = nil, group: gid_t? = nil) throws(QueueFailure) {
        try makeParents()
        for directory in [path, content] {
            if mkdir(directory, 0o700) != 0, errno != EEXIST {
                throw QueueFailure(errno: errno, "create", directory)
            }
            if let owner, lchown(directory, owner, group ?? gid_t.max) != 0 {
                throw QueueFailure(errno: errno, "chown", directory)
            }
        }
        guard let owner else { return }
        for file in [store, "\(store)-wal", "\(store)-shm", lock] {
            if lchown(file, owner, group ?? gid_t.max) != 0, errno != ENOENT {
                throw QueueFailure(errno: errno, "chown", file)
            }
        }
    }

    /// Makes an empty store with the right mode, which SQLite's other files then take over.
    func createStore() throws(QueueFailure) {
        let descriptor = open(store, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw QueueFailure(errno: errno, "open", store) }
        close(descriptor)
    }

    private func makeParents() throws(QueueFailure) {
        var parent = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/").dropLast() {
            parent += "/\(part)"
            if mkdir(parent, 0o755) != 0, errno != EEXIST {
                throw QueueFailure(errno: errno, "create", parent)
            }
        }
    }

    /// Bytes that an ordinary user may still write; nil where the system does not say.
    func freeSpace() -> Int? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
                .partialValue)
    }
}
