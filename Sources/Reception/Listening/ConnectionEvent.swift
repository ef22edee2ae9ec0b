import NIOCore

/// What a session learns from its connection.
enum ConnectionEvent: Sendable {
    case bytes(ByteBuffer)
    /// Neither side got anything through for `smtpd_timeout`.
    case timeout
    /// The server is to stop.
    case shutdown
}
