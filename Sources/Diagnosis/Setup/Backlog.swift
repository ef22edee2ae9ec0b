import Foundation

/// Mail that waits in the queue for one destination.
public struct Backlog: Hashable, Sendable {
    public var messages: Int
    /// When the oldest of them arrived.
    public var since: Date

    public init(messages: Int, since: Date) {
        self.messages = messages
        self.since = since
    }
}
