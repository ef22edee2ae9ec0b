import NIOCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A content file that is read from its start to its end. Calls block; they belong on a thread pool.
final class ContentSource: Sendable {
    private static let pieceSize = 256 * 1024
    private let path: String
    private let descriptor: CInt
    private let size: Int

    /// - Parameter size: what the queue knows; a file that is shorter cannot be read.
    init(_ path: String, size: Int) throws(QueueFailure) {
        self.path = path
        self.size = size
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw QueueFailure(errno: errno, "open", path) }
    }

    deinit { close(descriptor) }

    /// The next piece; nil at the end. For one reader: the file's own position says how far it is.
    func read() throws(QueueFailure) -> ByteBuffer? {
        let offset = Int(lseek(descriptor, 0, SEEK_CUR))
        let wanted = min(Self.pieceSize, size - offset)
        if wanted <= 0 { return nil }
        var buffer = ByteBufferAllocator().buffer(capacity: wanted)
        let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { bytes in
            max(0, Glibc.read(descriptor, bytes.baseAddress, wanted))
        }
        guard count > 0 else {
            throw QueueFailure(.storage, "\(path): the file ends after \(offset) of \(size) bytes")
        }
        return buffer
    }
}
