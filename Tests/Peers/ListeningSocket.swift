import Foundation
import Synchronization

/// Listens on 127.0.0.1 or at a path, and hands each connection to a thread of its own.
///
/// The thread that accepts is the one that closes the listening descriptor. Were it closed elsewhere, its number
/// could be that of another test's socket by the time of the next accept(2).
public final class ListeningSocket: Sendable {
    /// 0 at a path.
    public let port: Int
    private let path: String?
    private let listener: Listener

    private final class Listener: Sendable {
        let descriptor: Int32
        private let isOpen = Mutex(true)

        init(_ descriptor: Int32) { self.descriptor = descriptor }

        func stop() { isOpen.withLock { if $0 { shutdown(descriptor, Int32(SHUT_RDWR)) } } }

        func close() {
            isOpen.withLock {
                if $0 { Foundation.close(descriptor) }
                $0 = false
            }
        }

        /// Nil once the socket was shut down.
        func accept() -> Int32? {
            while true {
                let connection = Foundation.accept(descriptor, nil, nil)
                if connection >= 0 {
                    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                    return connection
                }
                switch errno {
                case EINTR, ECONNABORTED: continue
                case EMFILE, ENFILE: usleep(10_000)
                default: return nil
                }
            }
        }
    }

    /// - Parameter port: 0 for one that the kernel chooses.
    public init(path: String? = nil, port: Int = 0) throws {
        self.path = path
        let family = path == nil ? AF_INET : AF_UNIX
        let listener = Listener(socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        let isBound =
            path.map { Self.bind(listener.descriptor, path: $0) }
            ?? Self.bindToLoopback(listener.descriptor, port)
        guard isBound, listen(listener.descriptor, 1024) == 0 else {
            let reason = errnoText()
            listener.close()
            throw PeerFailure("listen at \(path ?? "127.0.0.1"): \(reason)")
        }
        self.port = path == nil ? Self.port(of: listener.descriptor) : 0
        self.listener = listener
    }

    /// Lets clients in, once.
    ///
    /// - Parameter serve: given the connection's descriptor, which it closes.
    public func start(_ serve: @escaping @Sendable (_ connection: Int32) -> Void) {
        let listener = listener
        Thread.detachNewThread {
            while let connection = listener.accept() {
                Thread.detachNewThread { serve(connection) }
            }
            listener.close()
        }
    }

    deinit {
        stop()
        if let path { unlink(path) }
    }

    /// Lets no further client in.
    public func stop() { listener.stop() }

    private static func bind(_ listener: Int32, path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        chmod(path, 0o666)
        return isBound
    }

    private static func bindToLoopback(_ listener: Int32, _ port: Int) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func port(of listener: Int32) -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
