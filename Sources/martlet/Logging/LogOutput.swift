import Foundation
import Synchronization

/// The far end of the log. Called by one thread.
protocol LogOutput: Sendable {
    func write(_ bytes: [UInt8])
    func reopen() throws(LogOutputError)
}

/// A file, or a descriptor that is open already, such as standard error.
final class FileLogOutput: LogOutput {
    private let path: String?
    private let descriptor: Mutex<Int32>

    /// - Parameter owner: who will open the file anew once it was rotated; a file that root made is given to them.
    /// - Throws: ``LogOutputError`` where the file can't be opened for appending.
    init(path: String, owner: Owner?) throws(LogOutputError) {
        self.path = path
        let descriptor = try Self.open(path)
        if let owner, geteuid() == 0 { fchown(descriptor, owner.uid, owner.gid) }
        self.descriptor = Mutex(descriptor)
    }

    init(descriptor: Int32) {
        path = nil
        self.descriptor = Mutex(descriptor)
    }

    func write(_ bytes: [UInt8]) {
        descriptor.withLock { descriptor in
            bytes.withUnsafeBytes { buffer in
                var rest = buffer[...]
                while !rest.isEmpty {
                    let count = Foundation.write(
                        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                    if count < 0 && errno == EINTR { continue }
                    // The disk is full or the reader has gone: there is no better place to say so.
                    if count <= 0 { return }
                    rest = rest.dropFirst(count)
                }
            }
        }
    }

    func reopen() throws(LogOutputError) {
        guard let path else { return }
        let fresh = try Self.open(path)
        descriptor.withLock {
            close($0)
            $0 = fresh
        }
    }

    /// The directory must let `mail_owner` make a file, or log rotation must (`create 0640 postfix adm`).
    private static func open(_ path: String) throws(LogOutputError) -> Int32 {
        let descriptor = Foundation.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LogOutputError(
                description: "cannot write the log \(path): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }
}

struct LogOutputError: Error, CustomStringConvertible {
    let description: String
}

/// The machine's log daemon at /dev/log: a datagram a line.
final class SyslogOutput: LogOutput {
    private static let path = "/dev/log"
    private let descriptor = Mutex<Int32>(-1)

    /// Nil where no log daemon listens.
    init?() {
        guard connect() else { return nil }
    }

    func write(_ bytes: [UInt8]) {
        for line in bytes.split(separator: 0) {
            // The daemon may have been restarted since.
            if !send(line) && connect() { _ = send(line) }
        }
    }

    func reopen() { _ = connect() }

    private func send(_ line: ArraySlice<UInt8>) -> Bool {
        descriptor.withLock { descriptor in
            line.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) >= 0
            }
        }
    }

    private func connect() -> Bool {
        let fresh = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard fresh >= 0 else { return false }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Self.path.utf8) }
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(fresh, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard connected else {
            close(fresh)
            return false
        }
        descriptor.withLock {
            if $0 >= 0 { close($0) }
            $0 = fresh
        }
        return true
    }
}
