import MailFormat
import Routing

/// `error` and `retry`: the next hop is the reason, perhaps with a status before it: `error:5.1.2 no such host`.
public struct ErrorAgent: DeliveryAgent {
    public let name = "error"
    private let isTemporary: Bool

    /// - Parameter isTemporary: `retry` keeps the mail, `error` returns it.
    public init(isTemporary: Bool) {
        self.isTemporary = isTemporary
    }

    /// Why the mail is not delivered, as the next hop says it.
    public static func reason(_ nextHop: String, isTemporary: Bool) -> String {
        let text = StatedReason(nextHop).text
        return text.isEmpty ? (isTemporary ? "mail is not taken now" : "mail is not taken") : text
    }

    public func deliver(_ job: DeliveryJob) async -> DeliveryReceipt {
        DeliveryReceipt(outcome(job.route), for: job)
    }

    public func probe(_ probe: DeliveryProbe) async -> DeliveryReceipt { .one(outcome(probe.route)) }

    private func outcome(_ route: Route) -> RecipientOutcome {
        let reason = StatedReason(route.nextHop)
        let text = Self.reason(route.nextHop, isTemporary: isTemporary)
        let statusClass: EnhancedStatusCode.Class =
            isTemporary ? .persistentTransientFailure : .permanentFailure
        // A status of another class would contradict what becomes of the mail: it says nothing, as in Postfix.
        let stated = reason.status.flatMap { $0.class == statusClass ? $0 : nil }
        let status = EnhancedStatusCode(statusClass, stated?.subject ?? 0, stated?.detail ?? 0)
        return isTemporary ? .deferred(status, text) : .failed(status, text)
    }
}

/// `discard`: mail that is taken and thrown away; the next hop says why.
public struct DiscardAgent: DeliveryAgent {
    public let name = "discard"

    public init() {}

    public func deliver(_ job: DeliveryJob) async -> DeliveryReceipt {
        DeliveryReceipt(outcome(job.route), for: job)
    }

    public func probe(_ probe: DeliveryProbe) async -> DeliveryReceipt { .one(outcome(probe.route)) }

    private func outcome(_ route: Route) -> RecipientOutcome {
        .delivered(route.nextHop.isEmpty ? "mail is discarded" : route.nextHop, relay: "none")
    }
}

/// A transport that nothing serves here: mail waits until something does.
public struct UnavailableAgent: DeliveryAgent {
    public let name = "error"

    public init() {}

    /// Why mail for the transport waits.
    public static func reason(_ transport: String) -> String {
        switch transport {
        case "smtp", "relay":
            "no delivery agent for transport \(transport): Martlet does not send mail to other servers yet"
        default:
            "no delivery agent for transport \(transport): the transport is not known here; correct the "
                + "parameter or table that names it"
        }
    }

    public func deliver(_ job: DeliveryJob) async -> DeliveryReceipt {
        DeliveryReceipt(outcome(job.route), for: job)
    }

    public func probe(_ probe: DeliveryProbe) async -> DeliveryReceipt { .one(outcome(probe.route)) }

    private func outcome(_ route: Route) -> RecipientOutcome {
        .deferred(EnhancedStatusCode(.persistentTransientFailure, 3, 5), Self.reason(route.transport))
    }
}
