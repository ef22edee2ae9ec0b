import Glibc

/// Whole files, by system calls: main.cf, `.cf` files, table sources, lists of domains.
package enum FileContent {
    /// What tells that a file is another one, or was written, since it was read.
    package struct Stamp: Hashable, Sendable {
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

        /// Written less than a second ago, so that whoever writes it may not have finished.
        package var isFresh: Bool {
            var now = timespec()
            guard clock_gettime(CLOCK_REALTIME, &now) == 0 else { return false }
            let age =
                (now.tv_sec - modified) * 1_000_000_000 + now.tv_nsec - modifiedNanoseconds
            return (0..<1_000_000_000).contains(age)
        }

        /// The file's now; fails where there is no such file, or no way to it.
        package static func of(_ path: String) -> Result<Stamp, Failure> {
            var status = stat()
            guard stat(path, &status) == 0 else { return .failure(Failure(step: .open, error: SystemError())) }
            return .success(Stamp(status))
        }
    }

    /// The system's words for what went wrong, such as `No such file or directory`.
    package struct Failure: Error, CustomStringConvertible {
        package enum Step: Sendable { case open, read }

        package let step: Step
        package let error: SystemError

        package var description: String { error.description }
    }

    package static func read(_ path: String) throws(Failure) -> [UInt8] { try readStamped(path).bytes }

    /// The content, and the stamp that the file had before it was read.
    package static func readStamped(_ path: String) throws(Failure) -> (bytes: [UInt8], stamp: Stamp) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure(step: .open, error: SystemError()) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Failure(step: .open, error: SystemError()) }
        var bytes: [UInt8] = []
        let chunk = max(Int(status.st_size) + 1, 4096)
        while true {
            let had = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: chunk))
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(file, buffer.baseAddress.map { $0 + had }, chunk)
            }
            let error = SystemError()
            bytes.removeLast(chunk - max(0, count))
            if count < 0 {
                if error.number == EINTR { continue }
                throw Failure(step: .read, error: error)
            }
            if count == 0 { return (bytes, Stamp(status)) }
        }
    }
}

/// `errno` in the system's words: "No such file or directory".
package struct SystemError: Error, Hashable, CustomStringConvertible {
    package let number: Int32

    package init(_ number: Int32 = errno) {
        self.number = number
    }

    var isMissingFile: Bool { number == ENOENT }

    package var description: String { String(cString: strerror(number)) }
}
