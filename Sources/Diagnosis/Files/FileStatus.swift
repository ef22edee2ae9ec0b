import Glibc

/// What the system says about a file: stat(2).
public struct FileStatus: Sendable {
    public enum Kind: Sendable { case regular, directory, socket, other }

    public let kind: Kind
    /// Permission bits alone: `0o640`.
    public let mode: UInt32
    public let owner: uid_t
    public let group: gid_t
    /// Seconds and nanoseconds since 1970.
    public let modified: (seconds: Int, nanoseconds: Int)

    /// - Throws: the system's reason where there is no such file, or where it cannot be reached.
    public init(path: String) throws(SystemReason) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SystemReason(errno) }
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFSOCK: .socket
            default: .other
            }
        mode = status.st_mode & 0o7777
        owner = status.st_uid
        group = status.st_gid
        modified = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }

    /// `0640`
    public var modeText: String { "0" + String(mode, radix: 8) }
}

/// Why the system refused something, in its words: `No such file or directory`.
public struct SystemReason: Error, Hashable, Sendable, CustomStringConvertible {
    public let number: Int32

    public init(_ number: Int32) { self.number = number }

    public var isMissingFile: Bool { number == ENOENT || number == ENOTDIR }

    public var description: String { String(cString: strerror(number)) }
}

extension FileStatus {
    /// When it was written, in this machine's time: `2026-11-21 17:04:11`.
    var modifiedText: String { LocalTime.text(Double(modified.seconds)) }
}

/// Moments for people.
enum LocalTime {
    /// - Parameter seconds: since 1970.
    static func text(_ seconds: Double) -> String {
        var time = time_t(seconds)
        var parts = tm()
        localtime_r(&time, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let length = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
