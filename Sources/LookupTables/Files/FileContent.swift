import Glibc

/// Reads small files whole: table sources and `.cf` files.
enum FileContent {
    /// What tells that a file is another one, or was written, since it was read.
    struct Stamp: Hashable, Sendable {
        let device: UInt
        let inode: UInt
        let size: Int
        let modified: Int
        let modifiedNanoseconds: Int

        init(_ status: stat) {
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
            size = Int(status.st_size)
            modified = status.st_mtim.tv_sec
            modifiedNanoseconds = status.st_mtim.tv_nsec
        }

        /// Nil where there is no such file.
        init?(path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.init(status)
        }
    }

    /// The system's words for what went wrong, such as `No such file or directory`.
    struct Failure: Error, CustomStringConvertible {
        enum Step { case open, read }

        let step: Step
        let description: String

        init(_ step: Step, _ number: Int32) {
            self.step = step
            description = String(cString: strerror(number))
        }
    }

    static func read(_ path: String) throws(Failure) -> (bytes: [UInt8], stamp: Stamp) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure(.open, errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Failure(.open, errno) }
        var bytes: [UInt8] = []
        let chunk = max(Int(status.st_size) + 1, 4096)
        while true {
            let had = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: chunk))
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(file, buffer.baseAddress.map { $0 + had }, chunk)
            }
            let number = errno
            if count < 0, number == EINTR { bytes.removeLast(chunk); continue }
            guard count >= 0 else { throw Failure(.read, number) }
            bytes.removeLast(chunk - count)
            if count == 0 { return (bytes, Stamp(status)) }
        }
    }
}
