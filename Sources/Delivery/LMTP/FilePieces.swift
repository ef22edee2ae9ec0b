import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A content file, read a piece at a time on a thread pool.
final class FilePieces: Sendable {
    private static let pieceSize = 64 * 1024

    struct Trouble: Error, CustomStringConvertible {
        let description: String
    }

    private struct State {
        var descriptor: CInt = -1
        var offset = 0
    }

    private let path: String
    private let size: Int
    private let threads: NIOThreadPool
    private let state = Mutex(State())

    init(path: String, size: Int, threads: NIOThreadPool) {
        self.path = path
        self.size = size
        self.threads = threads
    }

    /// Content that is open already; the descriptor is closed at the end.
    init(descriptor: CInt, size: Int, threads: NIOThreadPool) {
        path = "the content"
        self.size = size
        self.threads = threads
        state.withLock { $0.descriptor = descriptor }
    }

    deinit { state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } } }

    /// The next piece; nil at the end. A file that is shorter than the queue knows it is an error.
    func next(_ loop: any EventLoop) -> EventLoopFuture<ByteBuffer?> {
        threads.runIfActive(eventLoop: loop) { try self.read() }
    }

    /// Opens the file now, while the thread still may: the queue's files are their owner's alone.
    func open() throws {
        try state.withLock { try Self.open(path, &$0) }
    }

    private static func open(_ path: String, _ state: inout State) throws {
        guard state.descriptor < 0 else { return }
        state.descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if state.descriptor < 0 { throw Trouble(description: "open \(path): \(words(errno))") }
    }

    func read() throws -> ByteBuffer? {
        try state.withLock { state in
            try Self.open(path, &state)
            let wanted = min(Self.pieceSize, size - state.offset)
            if wanted == 0 { return nil }
            var buffer = ByteBufferAllocator().buffer(capacity: wanted)
            let (descriptor, offset) = (state.descriptor, state.offset)
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { bytes in
                max(0, pread(descriptor, bytes.baseAddress, wanted, off_t(offset)))
            }
            guard count > 0 else {
                throw Trouble(description: "\(path): the file ends after \(offset) of \(size) bytes")
            }
            state.offset += count
            return buffer
        }
    }

    private static func words(_ code: CInt) -> String { String(cString: strerror(code)) }
}
