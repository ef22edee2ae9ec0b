import NIOCore

/// What a session learns from its connection.
enum ConnectionEvent: Sendable {
    case bytes(ByteBuffer)
    /// The session has waited for the client for `smtpd_timeout`.
    case timeout
    /// The server is to stop.
    case shutdown
}

/// The events of one connection; there is one iterator for its whole life.
typealias ConnectionEvents = NIOAsyncChannelInboundStream<ConnectionEvent>.AsyncIterator
