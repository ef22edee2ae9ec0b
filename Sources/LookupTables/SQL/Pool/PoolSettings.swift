import PostfixConfig

/// The limits of a pool of connections.
package struct PoolSettings: Sendable {
    /// The most connections, however many lookups wait.
    package var size = 4
    /// The most lookups that a connection takes at once.
    package var batch = 512
    /// A connection takes no more than it can probably answer in that time, and a question that takes longer is
    /// its last: those behind it go to another connection.
    package var stretch: Duration = .milliseconds(16)
    /// The most lookups that wait; one more fails at once.
    package var waiting = 100_000
    /// How long a lookup may take until it fails, waiting and retries included.
    package var patience: Duration = .seconds(30)
    /// `idle_interval`: a connection that had nothing to do for so long is closed.
    package var idle: Duration = .seconds(60)
    /// `retry_interval`: a host that failed is left alone for so long while there is another.
    package var retry: Duration = .seconds(60)
    /// The same where there is no other host, so that a database that is back is soon noticed.
    package var soonRetry: Duration = .seconds(1)

    package init() {}

    /// `lookup_connection_limit`
    package init(_ configuration: Configuration) {
        size = configuration[.lookupConnectionLimit]
    }
}
