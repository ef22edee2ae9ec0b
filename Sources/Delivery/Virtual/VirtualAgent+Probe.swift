import LookupTables
import MailFormat

extension VirtualAgent {
    /// Looks for the mailbox as for a message, and leaves it alone.
    public func probe(_ probe: DeliveryProbe) async -> DeliveryReceipt {
        let address = probe.recipient.address
        guard !address.hasControlCharacter else {
            return .one(
                .failed(
                    EnhancedStatusCode(.permanentFailure, 1, 3),
                    "bad recipient address: it holds control characters", relay: name))
        }
        do throws(LookupFailure) {
            switch try await find(address) {
            case .found(let mailbox):
                let kind = mailbox.kind == .maildir ? "maildir" : "mailbox"
                return .one(.delivered("delivers to \(kind)", relay: name))
            case .unknown:
                return .one(
                    .failed(
                        EnhancedStatusCode(.permanentFailure, 1, 1), "unknown user: \"\(address.text)\"",
                        relay: name))
            case .misconfigured(let reason):
                logger.warning("recipient \(address.text): \(reason)")
                return .one(
                    .deferred(
                        EnhancedStatusCode(.persistentTransientFailure, 3, 5),
                        "mail system configuration error",
                        relay: name))
            }
        } catch {
            logger.warning("\(error)")
            return .one(
                .deferred(
                    EnhancedStatusCode(.persistentTransientFailure, 3, 0),
                    "\(error.table): table lookup problem", relay: name))
        }
    }
}
