/// The limits of the connections to one server.
package struct ServerLimits: Hashable, Sendable {
    /// The most connections, however many lookups wait.
    package var connections = 4
    /// The most lookups that wait or are under way; one more fails at once.
    package var waiting = 100_000
    /// How long a lookup may take until it fails, waiting and one more try included.
    package var patience: Duration = .seconds(100)
    /// How long a server that was asked may go on without a whole reply. Postfix's limit.
    package var silence: Duration = .seconds(100)
    /// How long opening a connection may take, finding the host's address included.
    package var connect: Duration = .seconds(10)
    /// A connection that had nothing to do for so long is closed.
    package var idle: Duration = .seconds(10)
    /// How long a server that cannot be reached is left alone.
    package var rest: Duration = .seconds(1)

    package init() {}
}

/// Why a server gave no answer.
package struct ServerTrouble: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// There is no connection to be had.
        case unreachable
        /// It was lost.
        case lost
        /// The server did not reply in time.
        case silent
        /// The server said something that is no reply.
        case violation
        /// We had no more use for it.
        case closedHere
    }

    package let kind: Kind
    package let reason: String

    package init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    static let stopping = ServerTrouble(.closedHere, "the program is stopping")
}
