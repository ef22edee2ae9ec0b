import CPageCache
import Glibc
import PostfixConfig

/// A database file, open for reading in pieces.
///
/// Pieces are copied out by preadv2(2) and never mapped: a file that somebody cuts short under a mapping ends
/// the process with SIGBUS, while a read of what is gone is a short read. For the same reason the libraries'
/// own readers are not used: they trust what stands in the file.
final class DatabaseBytes: Sendable {
    let path: String
    let descriptor: Int32
    /// Which file it is, whatever the path leads to later.
    private let device: dev_t
    private let inode: ino_t

    /// - Parameter forWriting: as a lock against readers wants it; nothing is written.
    init(path: String, forWriting: Bool = false) throws(SystemError) {
        self.path = path
        // O_NONBLOCK: a FIFO in the file's place must not hold anybody up.
        descriptor = open(path, (forWriting ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SystemError() }
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        (device, inode) = (status.st_dev, status.st_ino)
        // From here on deinit closes the file, also where this throws: every property has its value.
        if isKnown, status.st_mode & S_IFMT == S_IFDIR { throw SystemError(EISDIR) }
    }

    deinit { close(descriptor) }

    var status: stat {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : stat()
    }

    var size: Int { Int(status.st_size) }

    /// Whether the path still leads to this file.
    var isInPlace: Bool {
        var now = stat()
        guard stat(path, &now) == 0 else { return false }
        return now.st_dev == device && now.st_ino == inode
    }

    /// `RWF_NOWAIT` of preadv2(2): only what the system has in memory.
    private static let onlyFromMemory: Int32 = 8

    /// - Parameter mayWait: false: what would have to come from the disk is ``DatabaseTrouble/notInMemory``.
    func read(at offset: Int, count: Int, mayWait: Bool) throws(DatabaseTrouble) -> [UInt8] {
        guard offset >= 0, count >= 0 else { throw .damaged("it names a place before its beginning") }
        var failure: DatabaseTrouble?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, failure == nil {
                guard let base = buffer.baseAddress else { return }
                let (start, place) = (base + filled, offset + filled)
                var result = -1
                var error = EAGAIN
                if !mayWait {
                    var piece = iovec(iov_base: start, iov_len: count - filled)
                    result = preadv2(descriptor, &piece, 1, place, Self.onlyFromMemory)
                    error = errno
                }
                // A file system in memory may not know the flag, and never waits.
                if result < 0, mayWait || error == EOPNOTSUPP || error == ENOSYS {
                    result = pread(descriptor, start, count - filled, place)
                    error = errno
                }
                switch result {
                case 1...: filled += result
                case 0: failure = .damaged("it ends after \(place) bytes, too early")
                case _ where error == EINTR: continue
                case _ where error == EAGAIN && !mayWait:
                    failure = .notInMemory(offset: offset, count: count)
                default: failure = .system(SystemError(error))
                }
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

/// Why a database file gave no answer.
enum DatabaseTrouble: Error, Hashable {
    /// The piece has to come from the disk; whoever may wait reads it.
    case notInMemory(offset: Int, count: Int)
    /// The file contradicts itself; what is wrong with it.
    case damaged(String)
    /// It is no such database at all; what it is instead.
    case foreign(String)
    case system(SystemError)
}

extension DatabaseTrouble: CustomStringConvertible {
    var description: String {
        switch self {
        case .damaged(let text): "it is damaged: \(text)"
        case .foreign(let text): "Invalid argument: \(text)"
        case .system(let error): error.description
        case .notInMemory: "it could not be read"
        }
    }
}
