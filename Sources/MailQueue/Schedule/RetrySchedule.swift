/// When a message that could not be delivered is tried again, and when it is given up.
///
/// The wait is as long as the message has been in the queue, but at least ``minimalBackoff`` and at most
/// ``maximalBackoff``: so it doubles with each attempt, as qmgr(8) describes.
public struct RetrySchedule: Hashable, Sendable {
    /// `minimal_backoff_time`
    public var minimalBackoff: Duration
    /// `maximal_backoff_time`
    public var maximalBackoff: Duration
    /// `maximal_queue_lifetime`
    public var lifetime: Duration
    /// `bounce_queue_lifetime`, for messages from `<>`.
    public var bounceLifetime: Duration

    public init(
        minimalBackoff: Duration = .seconds(300), maximalBackoff: Duration = .seconds(4000),
        lifetime: Duration = .seconds(5 * 86_400), bounceLifetime: Duration = .seconds(5 * 86_400)
    ) {
        self.minimalBackoff = minimalBackoff
        self.maximalBackoff = max(minimalBackoff, maximalBackoff)
        self.lifetime = lifetime
        self.bounceLifetime = bounceLifetime
    }

    /// The next attempt at a message of this age.
    public func nextAttempt(arrived: Timestamp, now: Timestamp) -> Timestamp {
        now + min(max(now - arrived, minimalBackoff), maximalBackoff)
    }

    /// Whether a message that fails temporarily now is returned instead of kept.
    public func isExpired(arrived: Timestamp, isReport: Bool, now: Timestamp) -> Bool {
        now - arrived >= (isReport ? bounceLifetime : lifetime)
    }
}
