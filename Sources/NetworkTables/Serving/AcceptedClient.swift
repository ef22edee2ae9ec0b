import NIOCore
import Synchronization

/// A connection that the listener has accepted and that nobody may have taken up yet.
///
/// NIO ends the program where a connection is dropped without having been served. One that comes while the listener
/// closes has nobody who would ask for it; so whoever drops it here closes it.
final class AcceptedClient: Sendable {
    private let connection: LookupServer.Connection
    private let isTaken = Mutex(false)

    init(_ connection: LookupServer.Connection) {
        self.connection = connection
    }

    /// For the one who serves it, and closes it in the end.
    func take() -> LookupServer.Connection {
        isTaken.withLock { $0 = true }
        return connection
    }

    deinit {
        guard !isTaken.withLock({ $0 }) else { return }
        let connection = connection
        Task { try? await connection.executeThenClose { _, _ in } }
    }
}
