import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The directory that holds large content, one file a message, named by queue id.
///
/// Files are complete and synced, and so is the directory's entry, before the message's row is written; so a file
/// without a row is what a crash has left of a message nobody was told about, and is removed at the next start.
struct ContentFiles: Sendable {
    let directory: String
    let threads: NIOThreadPool

    func path(of id: QueueID) -> String { "\(directory)/\(id)" }

    /// Creates the file for a new message.
    func create(_ id: QueueID) throws(QueueFailure) -> ContentFile {
        let path = path(of: id)
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw QueueFailure(errno: errno, "create", path) }
        return ContentFile(path: path, descriptor: descriptor)
    }

    func syncDirectory() throws(QueueFailure) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw QueueFailure(errno: errno, "open", directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw QueueFailure(errno: errno, "sync", directory) }
    }

    /// Whether the file is gone while its directory is there.
    func isMissing(_ id: QueueID) -> Bool {
        access(path(of: id), F_OK) != 0 && errno == ENOENT && access(directory, F_OK) == 0
    }

    func remove(_ id: QueueID) { unlink(path(of: id)) }

    /// Removes every file that no message names. Returns how many there were.
    func removeOrphans(keeping ids: Set<String>) throws(QueueFailure) -> Int {
        guard let listing = opendir(directory) else { throw QueueFailure(errno: errno, "read", directory) }
        defer { closedir(listing) }
        var removed = 0
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard QueueID(name) != nil, !ids.contains(name) else { continue }
            if unlink("\(directory)/\(name)") == 0 { removed += 1 }
        }
        return removed
    }
}

/// A file that is being written. Calls block; they belong on a thread pool.
struct ContentFile: Sendable {
    let path: String
    let descriptor: CInt

    func write(_ bytes: ByteBuffer) throws(QueueFailure) {
        var trouble: CInt = 0
        bytes.withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    trouble = errno
                    return
                }
                rest = rest.dropFirst(count)
            }
        }
        if trouble != 0 { throw QueueFailure(errno: trouble, "write", path) }
    }

    func sync() throws(QueueFailure) {
        guard fsync(descriptor) == 0 else { throw QueueFailure(errno: errno, "sync", path) }
    }

    func close() { _ = Glibc.close(descriptor) }
}

extension QueueFailure {
    /// A system call's failure: `write /var/spool/…: No space left on device`.
    init(errno code: CInt, _ call: String, _ path: String) {
        self.init(
            code == ENOSPC || code == EDQUOT ? .insufficientStorage : .storage,
            "\(call) \(path): \(String(cString: strerror(code)))")
    }
}
