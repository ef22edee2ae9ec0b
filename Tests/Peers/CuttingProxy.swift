import Foundation
import Synchronization

/// Stands before a server on loopback and stops passing its bytes on: it hangs up, or says nothing more.
public final class CuttingProxy: Sendable {
    public enum Ending: Sendable {
        case hangUp, silence
    }

    public let port: Int
    private let upstream: Int
    private let listener: Int32
    private let state: Mutex<State>

    private struct State {
        /// So many bytes of each connection's server are passed on; nil is all.
        var limit: Int?
        var ending: Ending
        var open = 0
        var accepted = 0
        var isStopped = false
    }

    /// - Parameters:
    ///   - upstream: the server's port on 127.0.0.1.
    ///   - limit: how many of the server's bytes each connection passes on.
    public init(to upstream: Int, after limit: Int?, _ ending: Ending) throws {
        self.upstream = upstream
        state = Mutex(State(limit: limit, ending: ending))
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw PeerFailure("proxy: \(errnoText())") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { self.accept() }
    }

    /// Connections that are open now.
    public var open: Int { state.withLock(\.open) }
    /// Connections there have been.
    public var accepted: Int { state.withLock(\.accepted) }

    /// From now on everything passes, or other bytes do.
    public func pass(_ limit: Int? = nil) { state.withLock { $0.limit = limit } }

    public func stop() { state.withLock { $0.isStopped = true } }

    private func accept() {
        defer { close(listener) }
        while !state.withLock(\.isStopped) {
            var ready = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, 50) > 0 else { continue }
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0 else { continue }
            state.withLock {
                $0.open += 1
                $0.accepted += 1
            }
            Thread.detachNewThread {
                self.serve(client)
                self.state.withLock { $0.open -= 1 }
            }
        }
    }

    private func serve(_ client: Int32) {
        let client = SocketStream(descriptor: client)
        guard let server = try? SocketStream(port: upstream) else { return }
        var passed = 0
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while !state.withLock(\.isStopped) {
            var ready = [client, server].map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            guard poll(&ready, 2, 50) > 0 else { continue }
            if ready[0].revents != 0 {
                let count = recv(client.descriptor, &bytes, bytes.count, 0)
                guard count > 0, (try? server.write(bytes[..<count])) != nil else { return }
            }
            if ready[1].revents != 0 {
                let (limit, ending) = state.withLock { ($0.limit, $0.ending) }
                let count = recv(server.descriptor, &bytes, bytes.count, 0)
                guard count > 0 else { return }
                let allowed = min(count, max(0, (limit ?? .max) - passed))
                passed += allowed
                guard (try? client.write(bytes[..<allowed])) != nil else { return }
                if allowed < count, ending == .hangUp { return }
            }
        }
    }
}
