import MailFormat
import MailQueue
import Routing

/// Says what is remembered, for those who look on: it writes nothing, and probes only where it is told to.
public struct VerificationReader: AddressVerifier {
    private let settings: VerificationSettings
    private let place: VerificationPlace
    private let probe: (@Sendable (MailAddress, ReversePath) async -> ProbeResult)?

    /// - Parameter probe: asked about what nothing is remembered of; nil: nobody is.
    public init(
        _ settings: VerificationSettings, place: VerificationPlace,
        probe: (@Sendable (MailAddress, ReversePath) async -> ProbeResult)? = nil
    ) {
        self.settings = settings
        self.place = place
        self.probe = probe
    }

    public func verification(of address: MailAddress, patience: Duration) async -> Verification {
        let now = Timestamp.now.seconds
        if settings.sender.has(address, at: now) {
            return Verification(
                .deliverable, "probes are from there", because: "our own probes are from there")
        }
        let missing: String
        do {
            if let entry = try await remembered(address) {
                guard entry.isExpired(at: now, settings) else { return entry.verification(at: now, settings) }
                missing = "what is remembered has expired"
            } else {
                missing = "nothing is remembered"
            }
        } catch {
            missing = "\(error)"
        }
        guard let probe else {
            return .pending(because: "\(missing): a probe would be sent, and its result decides")
        }
        let result = await probe(address, settings.sender.address(at: now))
        let entry = VerificationEntry(result: result.status, text: result.text, updated: now, probed: now)
        return entry.verification(at: now, settings)
    }

    private func remembered(_ address: MailAddress) async throws -> VerificationEntry? {
        guard case .file(let path) = place, VerificationCache.exists(at: path) else { return nil }
        let cache = try VerificationCache(place, readOnly: true)
        defer { cache.close() }
        return try await cache.entry(of: address.text)
    }
}
