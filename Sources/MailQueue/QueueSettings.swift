import NIOCore

/// What the operator may set about the queue; the defaults are Postfix's.
public struct QueueSettings: Sendable {
    /// The directory that the queue has for itself, `$queue_directory/martlet`.
    public var directory: String
    /// Free space that must remain after a message was taken (`queue_minfree`), in bytes; 0 asks nothing.
    public var minimumFree: Int
    public var schedule: RetrySchedule
    /// How often the queue looks for messages that are due again (`queue_run_delay`).
    public var runDelay: Duration
    /// How many messages are in memory at most (`qmgr_message_active_limit`).
    public var activeLimit: Int
    /// How many recipients of them are in memory at most (`qmgr_message_recipient_limit`); a single message may have
    /// more.
    public var recipientLimit: Int
    /// Content up to this size is kept in the store, larger content in a file, in bytes.
    public var largestInline = 64 * 1024
    /// How much content of messages that have just come in stays in memory for their first delivery, in bytes.
    public var contentMemory = 64 * 1024 * 1024

    public init(
        directory: String, minimumFree: Int = 0, schedule: RetrySchedule = RetrySchedule(),
        runDelay: Duration = .seconds(300), activeLimit: Int = 20_000,
        recipientLimit: Int = 20_000
    ) {
        self.directory = directory
        self.minimumFree = minimumFree
        self.schedule = schedule
        self.runDelay = runDelay
        self.activeLimit = activeLimit
        self.recipientLimit = recipientLimit
    }
}
