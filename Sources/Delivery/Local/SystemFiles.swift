import Foundation
import NIOPosix
import Routing

/// Reads included lists and .forward files with the rights that the server has.
public struct SystemFiles: LocalFiles {
    /// More than any list of addresses needs.
    static let sizeLimit = 16 << 20
    private let threads: NIOThreadPool

    public init(threads: NIOThreadPool = .singleton) {
        self.threads = threads
    }

    public func read(_ path: String, isUsers: Bool) async -> LocalFile {
        do {
            return try await threads.runIfActive { Self.read(path, isUsers: isUsers) }
        } catch {
            return .unreadable("the server is stopping")
        }
    }

    private static func read(_ path: String, isUsers: Bool) -> LocalFile {
        // A user's link could lead to what the server may read and the user may not.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | (isUsers ? O_NOFOLLOW : 0))
        guard descriptor >= 0 else { return unopened(path, errno, isUsers: isUsers) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .unreadable(words(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return .unsafe("file \(path) is not a regular file")
        }
        guard status.st_mode & S_IWOTH == 0 else { return .unsafe("file \(path) is world writable") }
        if isUsers, status.st_uid == 0, status.st_mode & S_IROTH == 0 {
            return .unsafe("file \(path) belongs to root and is not for everybody to read")
        }
        guard status.st_size <= sizeLimit else {
            return .unreadable("the file has more than \(sizeLimit) bytes")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return .unreadable(words(errno)) }
            if got == 0 { break }
            count += got
        }
        return .content(
            String(decoding: bytes[..<count], as: UTF8.self), owner: status.st_uid, group: status.st_gid)
    }

    private static func unopened(_ path: String, _ code: CInt, isUsers: Bool) -> LocalFile {
        switch code {
        case ENOENT, ENOTDIR: return .missing
        case ELOOP where isUsers: return .unsafe("file \(path) is not a regular file")
        case EACCES where isUsers:
            return .unreadable(
                "\(words(code)): the server has no rights but those of \(ServerIdentity.name); let it in (chmod o+x "
                    + "the home directory, o+r the file), or set forward_path to nothing")
        default: return .unreadable(words(code))
        }
    }

    private static func words(_ code: CInt) -> String { String(cString: strerror(code)) }
}

/// Who the server is for the file system.
enum ServerIdentity {
    /// Whether it may act as that user.
    static func canBe(_ uid: UInt32) -> Bool { geteuid() == 0 || geteuid() == uid }

    /// The user's name, for messages.
    static var name: String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(geteuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            return "uid \(geteuid())"
        }
        return String(cString: entry.pw_name)
    }
}
