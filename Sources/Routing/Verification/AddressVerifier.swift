import MailFormat

/// Whether mail for an address would be delivered, as probes have found out: verify(8).
///
/// Who asks and who probes do not know each other: this contract stands between them.
public protocol AddressVerifier: Sendable {
    /// What is known of an address. Where nothing is, a probe begins.
    ///
    /// - Parameter patience: how long to wait for a probe that is under way; zero waits for nothing.
    func verification(of address: MailAddress, patience: Duration) async -> Verification
}

/// What is known of an address.
public struct Verification: Hashable, Sendable {
    public enum Status: Hashable, Sendable {
        case deliverable
        /// Refused for good.
        case undeliverable
        /// Refused for now, or not found out for now.
        case deferred
        /// A probe is under way.
        case pending
        /// Nothing can be found out: the cache does not answer.
        case unavailable
    }

    public let status: Status
    /// What the probe heard, for the reply: `host mx.example.org[192.0.2.1] said: 550 5.1.1 …`.
    public let text: String
    /// Where that is from and how old it is, for explanations.
    public let because: String

    public init(_ status: Status, _ text: String, because: String) {
        self.status = status
        self.text = text
        self.because = because
    }

    /// - Parameter because: what becomes of the probe.
    public static func pending(because: String) -> Verification {
        Verification(.pending, "Address verification in progress", because: because)
    }
}
