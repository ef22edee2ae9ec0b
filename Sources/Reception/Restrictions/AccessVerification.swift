import MailFormat
import Routing

/// Addresses that are taken only where a probe has found that their mail would be delivered.
extension AccessEvaluation {
    /// A refusal for an address that is not known to be good.
    struct Unverified {
        let reply: SMTPReply
        /// It gives way to a word that refuses for good: `defer_if_permit`.
        let givesWay: Bool
    }

    /// Asks what is known of the sender or the recipient, and waits for a probe as long as `address_verify_poll_count`
    /// and `address_verify_poll_delay` say.
    ///
    /// - Returns: nil where the address is good, or there is none: the null sender is never asked about.
    mutating func unverified(_ restriction: Restriction) async -> Unverified? {
        verificationReason = nil
        guard let (address, rules, detail, phrase) = verified(restriction) else { return nil }
        guard let verifier = policy.verifier else { return nil }
        let verification = await verifier.verification(of: address, patience: settings.probePatience)
        verificationReason = verification.because
        var code = rules.deferCode
        switch verification.status {
        case .deliverable: return nil
        case .undeliverable: code = rules.rejectCode
        case .deferred, .pending: break
        case .unavailable:
            return Unverified(
                reply: SMTPReply(
                    450, EnhancedStatusCode(.persistentTransientFailure, 1, detail),
                    "<\(address.text)>: \(phrase) rejected: address verification problem"),
                givesWay: rules.defersIfPermit)
        }
        // With a code of success the word only asks.
        guard code >= 400 else { return nil }
        let text = rules.reason.isEmpty ? verification.text : rules.reason
        let isTemporary = code < 500
        let words =
            isTemporary ? "unverified address: \(text.limited(to: 250))" : "undeliverable address: \(text)"
        return Unverified(
            reply: SMTPReply(
                code,
                EnhancedStatusCode(
                    isTemporary ? .persistentTransientFailure : .permanentFailure, 1, detail),
                "<\(address.text)>: \(phrase) rejected: \(words)"),
            givesWay: isTemporary && rules.defersIfPermit)
    }

    private func verified(
        _ restriction: Restriction
    ) -> (MailAddress, UnverifiedRules, detail: UInt16, phrase: String)? {
        switch restriction {
        case .rejectUnverifiedRecipient:
            recipient.map { ($0, settings.unverifiedRecipient, 1, "Recipient address") }
        case .rejectUnverifiedSender:
            if case .address(let sender)? = circumstances.sender {
                (sender, settings.unverifiedSender, 7, "Sender address")
            } else {
                nil
            }
        default: nil
        }
    }
}

extension String {
    /// At most so many bytes, whole characters.
    fileprivate func limited(to count: Int) -> String {
        guard utf8.count > count else { return self }
        var text = self[..<utf8.index(startIndex, offsetBy: count)]
        while text.endIndex.samePosition(in: unicodeScalars) == nil {
            text = self[..<utf8.index(before: text.endIndex)]
        }
        return String(text)
    }
}
