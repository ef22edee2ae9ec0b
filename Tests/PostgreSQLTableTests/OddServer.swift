import Foundation
import Peers
import Synchronization

/// Listens on loopback and treats each client oddly: keeps silent, talks nonsense, or hands it on to a real server and
/// cuts the connection after so many bytes of its answers.
final class OddServer: Sendable {
    enum Manner: Sendable {
        case silent
        case says([UInt8])
        case cuts(after: Int, server: Int)
    }

    let port: Int
    private let listener: Int32
    private let accepted = Mutex(0)

    /// Clients so far.
    var clients: Int { accepted.withLock { $0 } }

    init(_ manner: Manner) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listens = withUnsafeMutablePointer(to: &address) { [listener] in
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard listens, listen(listener, 64) == 0 else { throw PeerFailure("listen: \(errno)") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while case let client = accept(listener, nil, nil), client >= 0 {
                accepted.withLock { $0 += 1 }
                Thread.detachNewThread {
                    Self.treat(client, manner)
                    close(client)
                }
            }
        }
    }

    /// Lets no further client in.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func treat(_ client: Int32, _ manner: Manner) {
        switch manner {
        case .silent:
            while transfer(from: client, to: nil, limit: .max) > 0 {}
        case .says(let bytes):
            _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            while transfer(from: client, to: nil, limit: .max) > 0 {}
        case .cuts(var budget, let port):
            guard let server = try? SocketStream(port: port) else { return }
            while budget > 0 {
                var sockets = [
                    pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: server.descriptor, events: Int16(POLLIN), revents: 0),
                ]
                guard poll(&sockets, 2, 60_000) > 0 else { return }
                if sockets[0].revents != 0 {
                    guard transfer(from: client, to: server.descriptor, limit: .max) > 0 else { return }
                }
                if sockets[1].revents != 0 {
                    let count = transfer(from: server.descriptor, to: client, limit: budget)
                    guard count > 0 else { return }
                    budget -= count
                }
            }
        }
    }

    private static func transfer(from: Int32, to: Int32?, limit: Int) -> Int {
        var chunk = [UInt8](repeating: 0, count: min(limit, 4096))
        let count = recv(from, &chunk, chunk.count, 0)
        if count > 0, let to { return send(to, chunk, count, Int32(MSG_NOSIGNAL)) }
        return count
    }
}
