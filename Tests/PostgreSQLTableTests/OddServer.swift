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

    private let listener: ListeningSocket
    private let accepted = Mutex(0)

    var port: Int { listener.port }

    /// Clients so far.
    var clients: Int { accepted.withLock { $0 } }

    init(_ manner: Manner) throws {
        listener = try ListeningSocket()
        listener.start { [self] client in
            accepted.withLock { $0 += 1 }
            Self.treat(client, manner)
            close(client)
        }
    }

    /// Lets no further client in.
    func stop() { listener.stop() }

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
