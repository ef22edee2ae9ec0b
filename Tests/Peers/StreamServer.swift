import Foundation
import Synchronization

/// A server whose dialog is a closure, run on a thread of its own for each connection.
public final class StreamServer: Sendable {
    private let listener: ListeningSocket
    private let counts = Mutex((open: 0, ever: 0))

    /// - Parameters:
    ///   - path: a UNIX socket; nil for a port.
    ///   - port: one that is free; 0 for one that the kernel chooses.
    ///   - dialog: returns when the connection is to be closed.
    public init(
        path: String? = nil, port: Int = 0,
        dialog: @escaping @Sendable (_ stream: SocketStream, _ number: Int) throws -> Void
    ) throws {
        listener = try ListeningSocket(path: path, port: port)
        listener.start { [weak self] descriptor in
            let stream = SocketStream(descriptor: descriptor, seconds: 600)
            guard let number = self?.opened() else { return }
            try? dialog(stream, number)
            // Said while the stream still holds the descriptor.
            shutdown(stream.descriptor, Int32(SHUT_RDWR))
            self?.counts.withLock { $0.open -= 1 }
        }
    }

    /// On 127.0.0.1; 0 for a UNIX socket.
    public var port: Int { listener.port }

    /// Connections whose dialog goes on.
    public var openConnections: Int { counts.withLock { $0.open } }

    public var connectionsEver: Int { counts.withLock { $0.ever } }

    private func opened() -> Int {
        counts.withLock { counts in
            counts.open += 1
            counts.ever += 1
            return counts.ever
        }
    }
}
