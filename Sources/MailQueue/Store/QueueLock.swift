import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// One server a queue: a locked file that holds the server's process id. The system drops the lock with the
/// process, however it ends.
final class QueueLock: Sendable {
    private let descriptor: Mutex<CInt>

    init(path: String) throws(QueueFailure) {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw QueueFailure(errno: errno, "open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let owner = Self.processID(descriptor)
            close(descriptor)
            guard code == EWOULDBLOCK else { throw QueueFailure(errno: code, "lock", path) }
            throw QueueFailure(
                .storage,
                "\(path): the queue is in use by process \(owner ?? "unknown"): stop that server first, or give"
                    + " this one a queue_directory of its own")
        }
        let text = "\(getpid())\n"
        ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, text.utf8.count, 0) }
        self.descriptor = Mutex(descriptor)
    }

    func release() {
        descriptor.withLock { descriptor in
            // Unlocked by name: a program that is just being started holds a copy until it is loaded.
            if descriptor >= 0 {
                flock(descriptor, LOCK_UN)
                close(descriptor)
            }
            descriptor = -1
        }
    }

    deinit { release() }

    private static func processID(_ descriptor: CInt) -> String? {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count].prefix { $0 > 32 }, as: UTF8.self)
    }
}
