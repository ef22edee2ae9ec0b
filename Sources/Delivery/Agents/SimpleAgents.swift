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

    public func deliver(_ job: DeliveryJob) async -> DeliveryReceipt {
        let words = job.route.nextHop.split(separator: " ", maxSplits: 1)
        let named = words.first.flatMap { EnhancedStatusCode($0) }
        let reason =
            named == nil || words.count < 2 ? job.route.nextHop : String(words[1].drop { $0 == " " })
        let text = reason.isEmpty ? (isTemporary ? "mail is not taken now" : "mail is not taken") : reason
        let statusClass: EnhancedStatusCode.Class =
            isTemporary ? .persistentTransientFailure : .permanentFailure
        let status = EnhancedStatusCode(statusClass, named?.subject ?? 0, named?.detail ?? 0)
        return DeliveryReceipt(
            isTemporary ? .deferred(status, text) : .failed(status, text), for: job)
    }
}

/// `discard`: mail that is taken and thrown away; the next hop says why.
public struct DiscardAgent: DeliveryAgent {
    public let name = "discard"

    public init() {}

    public func deliver(_ job: DeliveryJob) async -> DeliveryReceipt {
        DeliveryReceipt(
            .delivered(job.route.nextHop.isEmpty ? "mail is discarded" : job.route.nextHop, relay: "none"),
            for: job)
    }
}

/// A transport that nothing serves here: mail waits until something does.
public struct UnavailableAgent: DeliveryAgent {
    public let name = "error"

    public init() {}

    public func deliver(_ job: DeliveryJob) async -> DeliveryReceipt {
        let transport = job.route.transport
        let reason =
            switch transport {
            case "smtp", "relay":
                "no delivery agent for transport \(transport): Martlet does not send mail to other servers yet; "
                    + "the message waits in the queue"
            case "local":
                "no delivery agent for transport local: Martlet does not deliver to the machine's own users yet; "
                    + "the message waits in the queue"
            default:
                "no delivery agent for transport \(transport): the transport is not known here; correct the "
                    + "parameter or table that names it"
            }
        return DeliveryReceipt(
            .deferred(EnhancedStatusCode(.persistentTransientFailure, 3, 5), reason), for: job)
    }
}
