import LookupTables
import MailFormat
import Routing

/// What words ask about the recipient and the sender; each question is put once, and its answer remembered for the walk.
extension AccessEvaluation {
    /// Whether the recipient's domain is one of ours, reached without a detour through another server.
    ///
    /// - Parameter code: refuses every other destination; nil permits those of ours instead.
    mutating func relaying(code: Int?) async -> Outcome {
        guard let recipient else { return .next }
        let destination: Destination
        switch await self.destination(of: recipient) {
        case .success(let found): destination = found
        case .failure(let failure): return .refuse(.lookupFailure(recipient, failure))
        }
        // RFC 5321 appendix F.2: a detour through us is for clients that are trusted.
        let isOurs =
            destination.addressClass != .other
            && (settings.allowsUntrustedRouting || !destination.isRouted)
        guard let code else { return isOurs ? .permit : .next }
        if isOurs { return .next }
        // That a domain is not ours is no more than a memory in an outage.
        if let substitution = trail?.substitution {
            return .refuse(.lookupFailure(recipient, substitution.failure))
        }
        let status = EnhancedStatusCode(code < 500 ? .persistentTransientFailure : .permanentFailure, 7, 1)
        return .refuse(Refusal(SMTPReply(code, status, "<\(recipient.text)>: Relay access denied")))
    }

    mutating func listed() async -> Outcome {
        guard let recipient else { return .next }
        if !isWarning { knowsRecipientIsListed = true }
        switch await verdict(on: recipient) {
        case .accepted: return .next
        case .rejected(let reply): return .refuse(Refusal(reply))
        case .deferred(let reply, let cause): return .refuse(Refusal(reply, cause: cause))
        }
    }

    mutating func listedSender() async -> Outcome {
        guard case .address(let sender)? = circumstances.sender else { return .next }
        if !isWarning { knowsSenderIsListed = true }
        switch await policy.router.verdict(onSender: sender, to: recipient, observer: observer) {
        case .listed: return .next
        case .rejected(let reply): return .refuse(Refusal(reply))
        case .deferred(let reply, let cause): return .refuse(Refusal(reply, cause: cause))
        }
    }

    /// What is known of the recipient's domain so far.
    var recipientDestination: Destination? { try? knownDestination?.get() }

    mutating func destination(of recipient: MailAddress) async -> Result<Destination, LookupFailure> {
        if let knownDestination { return knownDestination }
        let found: Result<Destination, LookupFailure>
        do throws(LookupFailure) {
            found = .success(
                try await policy.router.destination(
                    of: recipient, observer: observer, trail: trail))
        } catch {
            found = .failure(error)
        }
        knownDestination = found
        return found
    }

    mutating func expansion(of recipient: MailAddress) async -> RecipientVerdict {
        switch await destination(of: recipient) {
        case .success(let destination):
            await policy.router.expansion(
                of: recipient, at: destination, from: circumstances.sender ?? .null, observer: observer,
                trail: trail)
        case .failure(let failure):
            Router.temporaryFailure(on: recipient, failure)
        }
    }

    mutating func verdict(on recipient: MailAddress) async -> RecipientVerdict {
        if let knownVerdict { return knownVerdict }
        let found: RecipientVerdict
        switch await destination(of: recipient) {
        case .success(let destination):
            found = await policy.router.verdict(
                on: recipient, at: destination, from: circumstances.sender ?? .null, observer: observer,
                trail: trail)
        case .failure(let failure):
            found = Router.temporaryFailure(on: recipient, failure)
        }
        knownVerdict = found
        return found
    }
}
