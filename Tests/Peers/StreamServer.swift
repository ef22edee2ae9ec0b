import Foundation
import Synchronization

/// A server whose dialog is a closure, run on a thread of its own for each connection.
public final class StreamServer: Sendable {
    /// On 127.0.0.1; 0 for a UNIX socket.
    public let port: Int
    private let listener: Int32
    private let counts = Mutex((open: 0, ever: 0))
    private let path: String?

    /// - Parameters:
    ///   - path: a UNIX socket; nil for a port.
    ///   - port: one that is free; 0 for one that the kernel chooses.
    ///   - dialog: returns when the connection is to be closed.
    public init(
        path: String? = nil, port: Int = 0,
        dialog: @escaping @Sendable (_ stream: SocketStream, _ number: Int) throws -> Void
    ) throws {
        self.path = path
        let family = path == nil ? AF_INET : AF_UNIX
        let listener = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        let isBound = path.map { Self.bind(listener, path: $0) } ?? Self.bindToLoopback(listener, port)
        guard isBound, listen(listener, 1024) == 0 else {
            let reason = errnoText()
            close(listener)
            throw PeerFailure("listen at \(path ?? "127.0.0.1"): \(reason)")
        }
        self.port = path == nil ? Self.port(of: listener) : 0
        Thread.detachNewThread { [weak self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { return }
                guard let self else {
                    close(descriptor)
                    return
                }
                let number = self.counts.withLock { counts in
                    counts.open += 1
                    counts.ever += 1
                    return counts.ever
                }
                Thread.detachNewThread { [weak self] in
                    let stream = SocketStream(descriptor: descriptor, seconds: 600)
                    try? dialog(stream, number)
                    shutdown(descriptor, Int32(SHUT_RDWR))
                    self?.counts.withLock { $0.open -= 1 }
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        if let path { unlink(path) }
    }

    /// Connections whose dialog goes on.
    public var openConnections: Int { counts.withLock { $0.open } }

    public var connectionsEver: Int { counts.withLock { $0.ever } }

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
