import MailFormat

/// What came of one recipient, in the words of the log and of delivery reports.
public struct RecipientOutcome: Hashable, Sendable {
    public enum Fate: Hashable, Sendable {
        case delivered, deferred, failed
    }

    public let fate: Fate
    /// `dsn=` in the log, `Status:` in a report.
    public let status: EnhancedStatusCode
    /// What stands between the parentheses of `status=sent (…)`.
    public var reason: String
    /// `relay=`: `mx.example.org[private/dovecot-lmtp]`, `virtual`, `none`.
    public let relay: String
    /// What the other side has said, for `Remote-MTA:` and `Diagnostic-Code:` of a report.
    public let remote: Remote?

    /// Mail of its own that the recipient has become; it enters the queue as the recipient leaves it.
    public var forwards: [Forward] = []

    public struct Remote: Hashable, Sendable {
        public let host: String
        public let reply: String

        public init(host: String, reply: String) {
            self.host = host
            self.reply = reply
        }
    }

    public init(
        _ fate: Fate, _ status: EnhancedStatusCode, _ reason: String, relay: String = "none",
        remote: Remote? = nil
    ) {
        self.fate = fate
        self.status = status
        self.reason = reason
        self.relay = relay
        self.remote = remote
    }

    public static func delivered(
        _ reason: String, status: EnhancedStatusCode = EnhancedStatusCode(.success, 0, 0), relay: String
    ) -> Self {
        Self(.delivered, status, reason, relay: relay)
    }

    public static func deferred(
        _ status: EnhancedStatusCode, _ reason: String, relay: String = "none", remote: Remote? = nil
    ) -> Self {
        Self(.deferred, status, reason, relay: relay, remote: remote)
    }

    public static func failed(
        _ status: EnhancedStatusCode, _ reason: String, relay: String = "none", remote: Remote? = nil
    ) -> Self {
        Self(.failed, status, reason, relay: relay, remote: remote)
    }
}
