import LookupTables
import MailFormat

/// An address's way: its class, its aliases, whether it is known here, and where its mail goes.
///
/// RCPT TO, the expansion of an accepted message, `explain` and `check` all go through this one type.
public struct Router: Sendable {
    public init() {}

    /// The class of the address's domain; an address without one is local.
    public func addressClass(
        of address: MailAddress, observer: (any RoutingObserver)? = nil
    ) async throws(LookupFailure) -> AddressClass {
        .other
    }

    /// What RCPT TO answers once relaying is permitted, and who gets the mail.
    ///
    /// - Parameter addressClass: what ``addressClass(of:observer:)`` said, so that nothing is asked twice.
    public func verdict(
        on recipient: MailAddress, in addressClass: AddressClass, observer: (any RoutingObserver)? = nil
    ) async -> RecipientVerdict {
        .accepted([EnvelopeRecipient(address: recipient, original: recipient)])
    }

    /// Transport and next hop of a final recipient, as they are now.
    public func route(
        for recipient: MailAddress, observer: (any RoutingObserver)? = nil
    ) async throws(LookupFailure) -> Route {
        Route(transport: "smtp", nextHop: recipient.domain ?? "")
    }
}

/// Told of each step on an address's way: the recorder behind `explain`.
public protocol RoutingObserver: LookupObserver {}
