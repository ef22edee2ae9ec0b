import Foundation
import Synchronization

/// A server on 127.0.0.1 that treats each connection as a test says, on a thread of its own.
public final class LoopbackServer: Sendable {
    public let port: Int
    private let listener: Int32
    private let state = Mutex(State())

    private struct State {
        var accepted = 0
        var open = 0
        var isClosed = false
    }

    /// - Parameters:
    ///   - port: one that is free; nil for any.
    ///   - serve: the life of a connection, which is closed behind it.
    public init(port: Int? = nil, serve: @escaping @Sendable (SocketStream) throws -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw PeerFailure("socket: \(errnoText())") }
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port ?? 0).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
                    && listen(listener, 128) == 0
            }
        }
        guard isListening else {
            let reason = errnoText()
            close(listener)
            throw PeerFailure("listen on port \(port ?? 0): \(reason)")
        }
        self.listener = listener
        self.port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { return }
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                guard let self, self.opened() else {
                    close(descriptor)
                    return
                }
                Thread.detachNewThread { [weak self] in
                    do {
                        let stream = SocketStream(descriptor: descriptor, seconds: 600)
                        // What a test has to say about a connection that broke, it says itself.
                        try? serve(stream)
                    }
                    self?.state.withLock { $0.open -= 1 }
                }
            }
        }
    }

    deinit { stop() }

    private func opened() -> Bool {
        state.withLock {
            $0.accepted += 1
            $0.open += 1
            return !$0.isClosed
        }
    }

    /// Takes no more connections; those that are open go on.
    public func stop() {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// The connections so far.
    public var accepted: Int { state.withLock { $0.accepted } }

    /// The connections whose service has not ended.
    public var open: Int { state.withLock { $0.open } }
}
