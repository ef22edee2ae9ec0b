import NIOCore
import Synchronization

/// A connection that a listener has accepted, and the service as it was when the connection came.
///
/// NIO ends the program where a connection is dropped without having been served. That must not happen to one that
/// comes while the listener closes, when nobody asks for connections any more; so whoever drops it here closes it.
final class Accepted: Sendable {
    let service: SMTPService
    let input: InputWait
    let channel: any Channel
    private let connection: SMTPServer.Connection
    private let isTaken = Mutex(false)

    init(connection: SMTPServer.Connection, service: SMTPService, input: InputWait) {
        self.connection = connection
        self.channel = connection.channel
        self.service = service
        self.input = input
    }

    /// For the one who serves it, and closes it in the end.
    func take() -> SMTPServer.Connection {
        isTaken.withLock { $0 = true }
        return connection
    }

    deinit {
        guard !isTaken.withLock({ $0 }) else { return }
        let connection = connection
        Task { try? await connection.executeThenClose { _, _ in } }
    }
}
