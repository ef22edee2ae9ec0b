import LookupTables
import MailFormat
import Routing

/// What delivery asks about addresses; the program's answer is ``Router``.
public protocol AddressGuide: Sendable {
    /// Transport and next hop, as they are now, of mail from that sender.
    func route(for recipient: MailAddress, from sender: ReversePath) async throws(LookupFailure) -> Route
    /// Who gets mail that is sent to this address: for delivery reports to a sender.
    func finalRecipients(of address: MailAddress) async throws(LookupFailure) -> [EnvelopeRecipient]
}

/// Routing as the configuration has it.
public struct RouterGuide: AddressGuide {
    private let router: @Sendable () -> Router

    /// - Parameter router: asked each time, so that a configuration that was read again counts at once.
    public init(_ router: @escaping @Sendable () -> Router) {
        self.router = router
    }

    public func route(
        for recipient: MailAddress, from sender: ReversePath
    ) async throws(LookupFailure) -> Route {
        try await router().route(for: recipient, from: sender)
    }

    public func finalRecipients(of address: MailAddress) async throws(LookupFailure) -> [EnvelopeRecipient] {
        let router = router()
        let trail = router.trail()
        defer { trail?.correct() }
        let destination = try await router.destination(of: address, trail: trail)
        switch await router.verdict(on: address, at: destination, trail: trail) {
        case .accepted(let recipients):
            trail?.keep()
            // No copies of the system's own mail.
            return recipients.filter(\.isReported)
        // Nobody here by that name any more: routing will say so, and the report ends there.
        case .rejected: return [EnvelopeRecipient(address: address, original: address)]
        case .deferred(_, let cause):
            throw LookupFailure(table: "alias expansion", cause: .unavailable, reason: cause)
        }
    }
}
