import Routing

/// What is remembered of an address.
public struct VerificationEntry: Hashable, Sendable {
    public var result: ProbeResult.Status
    public var text: String
    /// When the result came, in seconds since 1970.
    public var updated: Int64
    /// When the last probe began.
    public var probed: Int64

    public init(result: ProbeResult.Status, text: String, updated: Int64, probed: Int64) {
        self.result = result
        self.text = text
        self.updated = updated
        self.probed = probed
    }

    /// A probe may take so long; another one for the same address does not begin before.
    static let probeLifetime: Int64 = 1_000

    /// It counts no more.
    func isExpired(at now: Int64, _ settings: VerificationSettings) -> Bool {
        updated + (result == .deliverable ? settings.positiveExpire : settings.negativeExpire) < now
    }

    /// It counts, and it is not time to ask again.
    func isFresh(at now: Int64, _ settings: VerificationSettings) -> Bool {
        refresh(settings) > now && !isExpired(at: now, settings)
    }

    /// It counts, but it is time to ask again.
    func isStale(at now: Int64, _ settings: VerificationSettings) -> Bool {
        refresh(settings) <= now && now - probed > Self.probeLifetime
    }

    private func refresh(_ settings: VerificationSettings) -> Int64 {
        updated + (result == .deliverable ? settings.positiveRefresh : settings.negativeRefresh)
    }

    /// The same as an answer.
    func verification(at now: Int64, _ settings: VerificationSettings) -> Verification {
        let status: Verification.Status
        let found: String
        switch result {
        case .deliverable: (status, found) = (.deliverable, "would be delivered")
        case .deferred: (status, found) = (.deferred, "could not be delivered then")
        case .undeliverable: (status, found) = (.undeliverable, "would not be delivered")
        }
        let refresh = refresh(settings) - now
        let next =
            refresh > 0
            ? "probed again in \(Self.time(refresh))"
            : now - probed > Self.probeLifetime ? "to be probed again now" : "being probed again"
        return Verification(
            status, text,
            because:
                "a probe \(Self.time(max(now - updated, 0))) ago found that it \(found) (\(text)); \(next)")
    }

    /// `40s`, `12m`, `3h`, `6d`
    private static func time(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds)s"
        case ..<7_200: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3_600)h"
        default: "\(seconds / 86_400)d"
        }
    }
}
