import LookupTables
import MailFormat
import MailQueue
import Routing

/// One walk through the restriction lists, for one recipient or for one earlier stage of the dialog.
///
/// What costs a lookup (the class of the recipient's domain, the verdict on the recipient) is asked once and
/// remembered for the walk.
struct AccessEvaluation {
    let policy: AccessPolicy
    let circumstances: AccessPolicy.Circumstances
    let recipient: MailAddress?
    let observer: (any AccessObserver)?
    /// What is asked about the recipient, for outages; questions about the sender have none.
    private let trail: LookupTrail?
    private(set) var warnings: AccessPolicy.Warnings = []
    private var knownDestination: Result<Destination, LookupFailure>?
    private var knownVerdict: RecipientVerdict?
    private var knowsRecipientIsListed = false
    private var knowsSenderIsListed = false
    /// What to answer where in the end nothing is refused, and where something is: both outlive their list.
    private var deferIfPermit: SMTPReply?
    private var deferIfReject: SMTPReply?
    /// What the last word about senders and logins found, for the observer.
    var loginReason: String?
    /// What the last word about unverified addresses found, for the observer.
    var verificationReason: String?
    /// The word stands behind `warn_if_reject`.
    private var isWarning = false

    private enum Outcome {
        case next
        case permit
        case refuse(Refusal)
    }

    init(
        _ policy: AccessPolicy, _ circumstances: AccessPolicy.Circumstances, recipient: MailAddress?,
        observer: (any AccessObserver)?
    ) {
        self.policy = policy
        self.circumstances = circumstances
        self.recipient = recipient
        self.observer = observer
        trail = recipient == nil ? nil : policy.router.trail()
    }

    var settings: AccessSettings { policy.settings }

    mutating func recipientDecision() async -> RecipientDecision {
        let decision = await decide()
        switch decision {
        case .accepted: trail?.keep()
        case .refused: trail?.correct()
        }
        return decision
    }

    private mutating func decide() async -> RecipientDecision {
        guard let recipient else { return .accepted([]) }
        // Servers that our probes ask may ask back whether their sender exists.
        if settings.probeSender.has(recipient, at: Timestamp.now.seconds) {
            observer?.observed(
                .skipped(
                    words: [], parameter: "smtpd_recipient_restrictions",
                    because: "our own probes are from there (address_verify_sender)"))
            return .accepted([EnvelopeRecipient(address: recipient, original: recipient)])
        }
        // RFC 5321 §4.5.1: postmaster without a domain is always reached.
        if recipient.domain != nil || recipient.localPart.lowercased() != "postmaster" {
            var stages: [RestrictionLists.Stage] =
                settings.isRelayFirst ? [.relay, .recipient] : [.recipient, .relay]
            if settings.isRejectDelayed { stages = [.client, .helo, .sender] + stages }
            for stage in stages {
                if let refusal = await walk(stage) { return .refused(refusal) }
            }
            if let deferIfPermit { return .refused(Refusal(deferIfPermit)) }
            if settings.rejectsUnlistedRecipient, !knowsRecipientIsListed,
                let refusal = await check(
                    "smtpd_reject_unlisted_recipient", .rejectUnlistedRecipient, at: .recipient)
            {
                return .refused(refusal)
            }
        } else {
            observer?.observed(
                .skipped(
                    words: [], parameter: "smtpd_recipient_restrictions",
                    because: "postmaster is always reached (RFC 5321 section 4.5.1)"))
        }
        if knowsRecipientIsListed || settings.rejectsUnlistedRecipient,
            case .accepted(let recipients) = await verdict(on: recipient)
        {
            return .accepted(recipients)
        }
        // Whether it is listed was not to be asked, or only for the log: the queue finds out.
        switch await expansion(of: recipient) {
        case .accepted(let recipients): return .accepted(recipients)
        case .rejected(let reply): return .refused(Refusal(reply))
        case .deferred(let reply, let cause): return .refused(Refusal(reply, cause: cause))
        }
    }

    mutating func refusal(at stage: RestrictionLists.Stage) async -> Refusal? {
        let refusal = await walk(stage) ?? deferIfPermit.map { Refusal($0) }
        if refusal == nil { trail?.keep() } else { trail?.correct() }
        return refusal
    }

    private mutating func walk(_ stage: RestrictionLists.Stage) async -> Refusal? {
        let list = settings.lists[stage]
        if let observer, !list.isEmpty {
            observer.observed(AccessStep.list(parameter: stage.parameter, words: list.map(\.word)))
        }
        loop: for (index, restriction) in list.enumerated() {
            switch await observed(restriction, as: nil, at: stage) {
            case .next: continue
            case .permit:
                tellSkipped(list[(index + 1)...], of: stage, because: restriction)
                break loop
            case .refuse(let refusal):
                if refusal.reply.isPermanent, let deferIfReject { return Refusal(deferIfReject) }
                return refusal
            }
        }
        if stage == .sender, settings.rejectsUnlistedSender, !knowsSenderIsListed {
            return await check("smtpd_reject_unlisted_sender", .rejectUnlistedSender, at: .sender)
        }
        return nil
    }

    /// A parameter that is a check by itself.
    private mutating func check(
        _ parameter: String, _ restriction: Restriction, at stage: RestrictionLists.Stage
    ) async -> Refusal? {
        guard case .refuse(let refusal) = await observed(restriction, as: parameter, at: stage) else {
            return nil
        }
        return refusal
    }

    // MARK: Words

    /// Looks at a word, and tells the observer what it came to.
    ///
    /// - Parameter check: the parameter that stands for the word.
    private mutating func observed(
        _ restriction: Restriction, as check: String?, at stage: RestrictionLists.Stage
    ) async -> Outcome {
        guard let observer else { return await outcome(of: restriction, at: stage) }
        let word = check ?? restriction.word
        let parameter = check ?? stage.parameter
        observer.observed(AccessStep.word(word, parameter: parameter))
        let before = (warnings: warnings.count, kept: [deferIfPermit, deferIfReject])
        let outcome = await outcome(of: restriction, at: stage)
        let result: AccessStep.Result
        switch outcome {
        case .permit: result = .permits
        case .refuse(let refusal):
            let isReplaced = refusal.reply.isPermanent && deferIfReject != nil
            result = .refuses(isReplaced ? deferIfReject ?? refusal.reply : refusal.reply)
        case .next where warnings.count > before.warnings: result = .warns(warnings[warnings.count - 1])
        case .next:
            let kept = zip(before.kept, [deferIfPermit, deferIfReject]).first { $0 == nil && $1 != nil }?.1
            result = kept.map(AccessStep.Result.keeps) ?? .passes
        }
        observer.observed(
            .result(
                result, word: word, parameter: parameter,
                because: reason(of: restriction, result)))
        return outcome
    }

    private func reason(of restriction: Restriction, _ result: AccessStep.Result) -> String {
        switch result {
        case .permits: reason(of: restriction, permits: true)
        case .passes, .keeps: reason(of: restriction, permits: false)
        // The reply says it, but for how old it is what a probe has found.
        case .refuses(let reply), .warns(let reply):
            restriction.asksForProbes ? verificationReason ?? reply.text : reply.text
        }
    }

    private func tellSkipped(
        _ words: ArraySlice<Restriction>, of stage: RestrictionLists.Stage, because decisive: Restriction
    ) {
        guard let observer, !words.isEmpty else { return }
        observer.observed(
            .skipped(
                words: words.map(\.word), parameter: stage.parameter,
                because: "\(decisive.word) permits"))
    }

    private mutating func outcome(of restriction: Restriction, at stage: RestrictionLists.Stage) async
        -> Outcome
    {
        switch restriction {
        case .permit:
            return .permit
        case .reject:
            return .refuse(Refusal(refused(at: stage, settings.codes.reject, "Access denied")))
        case .defer:
            return .refuse(
                Refusal(refused(at: stage, settings.codes.defer, "Try again later", status: (3, 2))))
        case .deferIfPermit:
            deferIfPermit =
                deferIfPermit
                ?? refused(at: stage, settings.codes.defer, "defer_if_permit requested", status: (7, 0))
            return .next
        case .deferIfReject:
            deferIfReject =
                deferIfReject
                ?? refused(at: stage, settings.codes.defer, "defer_if_reject requested", status: (7, 0))
            return .next
        case .permitMynetworks:
            return await permit(settings.mynetworks, at: stage)
        case .permitInetInterfaces:
            return await permit(settings.interfaces, at: stage)
        case .permitSASLAuthenticated:
            return circumstances.login == nil ? .next : .permit
        case .rejectSenderLoginMismatch, .rejectAuthenticatedSenderLoginMismatch,
            .rejectUnauthenticatedSenderLoginMismatch, .rejectKnownSenderLoginMismatch:
            return await loginRefusal(of: restriction).map { .refuse($0) } ?? .next
        case .permitAuthDestination:
            return await relaying(code: nil)
        case .rejectUnauthDestination:
            return await relaying(code: settings.codes.relayDomains)
        case .deferUnauthDestination:
            return await relaying(code: 454)
        case .rejectUnlistedRecipient:
            return recipient == nil ? .next : await listed()
        case .rejectUnlistedSender:
            return await listedSender()
        case .rejectNonFQDNSender, .rejectNonFQDNRecipient, .rejectNonFQDNHelo, .rejectInvalidHelo:
            return syntaxRefusal(of: restriction).map { .refuse(Refusal($0)) } ?? .next
        case .rejectUnauthPipelining:
            guard circumstances.hasPipelinedEarly else { return .next }
            return .refuse(
                Refusal(
                    refused(at: stage, 503, "Improper use of SMTP command pipelining", status: (5, 0))))
        case .rejectUnverifiedRecipient, .rejectUnverifiedSender:
            guard let found = await unverified(restriction) else { return .next }
            guard found.givesWay, !isWarning else { return .refuse(Refusal(found.reply)) }
            deferIfPermit = deferIfPermit ?? found.reply
            return .next
        case .warnIfReject(let inner):
            let flags = (deferIfPermit, deferIfReject)
            isWarning = true
            let outcome = await outcome(of: inner, at: stage)
            isWarning = false
            guard case .refuse(let refusal) = outcome else { return outcome }
            (deferIfPermit, deferIfReject) = flags
            warnings.append(refusal.reply)
            return .next
        }
    }

    /// Permits clients that a list has. Where the list cannot be asked, nobody is permitted and nobody refused for
    /// good.
    private func permit(_ list: ClientList, at stage: RestrictionLists.Stage) async -> Outcome {
        let client = circumstances.client
        do throws(LookupFailure) {
            let isListed = try await list.contains(
                name: client.name, address: client.address, observer: observer)
            return isListed ? .permit : .next
        } catch {
            return .refuse(temporaryFailure(at: stage, error))
        }
    }

    // MARK: Questions about addresses

    /// Whether the recipient's domain is one of ours, reached without a detour through another server.
    ///
    /// - Parameter code: refuses every other destination; nil permits those of ours instead.
    private mutating func relaying(code: Int?) async -> Outcome {
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

    private mutating func listed() async -> Outcome {
        guard let recipient else { return .next }
        knowsRecipientIsListed = true
        switch await verdict(on: recipient) {
        case .accepted: return .next
        case .rejected(let reply): return .refuse(Refusal(reply))
        case .deferred(let reply, let cause): return .refuse(Refusal(reply, cause: cause))
        }
    }

    private mutating func listedSender() async -> Outcome {
        guard case .address(let sender)? = circumstances.sender else { return .next }
        knowsSenderIsListed = true
        switch await policy.router.verdict(onSender: sender, to: recipient, observer: observer) {
        case .listed: return .next
        case .rejected(let reply): return .refuse(Refusal(reply))
        case .deferred(let reply, let cause): return .refuse(Refusal(reply, cause: cause))
        }
    }

    /// What is known of the recipient's domain so far.
    var recipientDestination: Destination? { try? knownDestination?.get() }

    private mutating func destination(of recipient: MailAddress) async -> Result<Destination, LookupFailure> {
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

    private mutating func expansion(of recipient: MailAddress) async -> RecipientVerdict {
        switch await destination(of: recipient) {
        case .success(let destination):
            await policy.router.expansion(
                of: recipient, at: destination, from: circumstances.sender ?? .null, observer: observer,
                trail: trail)
        case .failure(let failure):
            Router.temporaryFailure(on: recipient, failure)
        }
    }

    private mutating func verdict(on recipient: MailAddress) async -> RecipientVerdict {
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
