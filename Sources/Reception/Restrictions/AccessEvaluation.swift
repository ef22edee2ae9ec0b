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
    let trail: LookupTrail?
    private(set) var warnings: AccessPolicy.Warnings = []
    var knownDestination: Result<Destination, LookupFailure>?
    var knownVerdict: RecipientVerdict?
    var knowsRecipientIsListed = false
    var knowsSenderIsListed = false
    /// What to answer where in the end nothing is refused: the first reason of all stages.
    private(set) var deferIfPermit: SMTPReply?
    /// What to answer instead of a refusal for good. Relay and recipient lists are one in this, others alone.
    private var deferIfReject: SMTPReply?
    /// What the last word about senders and logins found, for the observer.
    var loginReason: String?
    /// What the last word about unverified addresses found, for the observer.
    var verificationReason: String?
    /// The word stands behind `warn_if_reject`.
    var isWarning = false

    enum Outcome {
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
        deferIfPermit = circumstances.deferral
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
            if settings.isRejectDelayed { stages = stagesSoFar + stages }
            for stage in stages {
                if stage != stages.last { deferIfReject = nil }
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

    /// Those whose command has come: VRFY may come first.
    private var stagesSoFar: [RestrictionLists.Stage] {
        [.client] + (circumstances.heloName == nil ? [] : [.helo])
            + (circumstances.sender == nil ? [] : [.sender])
    }

    mutating func refusal(at stage: RestrictionLists.Stage) async -> Refusal? {
        let refusal = await walk(stage) ?? deferIfPermit.map { Refusal($0) }
        if refusal == nil { trail?.keep() } else { trail?.correct() }
        return refusal
    }

    /// Walks through one list: a refusal, or nil where there is none.
    mutating func walk(_ stage: RestrictionLists.Stage) async -> Refusal? {
        let list = settings.lists[stage]
        if let observer, !list.isEmpty {
            observer.observed(AccessStep.list(parameter: stage.parameter, words: list.map(\.word)))
        }
        loop: for (index, restriction) in list.enumerated() {
            switch await observed(restriction, as: nil, at: stage) {
            case .next:
                guard deferIfPermit != nil, deferIfReject != nil else { continue }
                tellSkipped(
                    list[(index + 1)...], of: stage, because: "whatever they say, the mail is deferred")
                break loop
            case .permit:
                tellSkipped(list[(index + 1)...], of: stage, because: "\(restriction.word) permits")
                break loop
            case .refuse(let refusal):
                return forGood(refusal)
            }
        }
        if stage == .sender, settings.rejectsUnlistedSender, !knowsSenderIsListed {
            return await check("smtpd_reject_unlisted_sender", .rejectUnlistedSender, at: .sender)
        }
        return nil
    }

    /// The refusal, or what `defer_if_reject` asks for instead of one for good.
    private func forGood(_ refusal: Refusal) -> Refusal {
        guard refusal.reply.isPermanent, let deferIfReject else { return refusal }
        return Refusal(deferIfReject)
    }

    /// A parameter that is a check by itself.
    private mutating func check(
        _ parameter: String, _ restriction: Restriction, at stage: RestrictionLists.Stage
    ) async -> Refusal? {
        guard case .refuse(let refusal) = await observed(restriction, as: parameter, at: stage) else {
            return nil
        }
        return forGood(refusal)
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
            result = .refuses(forGood(refusal).reply)
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
        _ words: ArraySlice<Restriction>, of stage: RestrictionLists.Stage, because reason: String
    ) {
        guard let observer, !words.isEmpty else { return }
        observer.observed(
            .skipped(
                words: words.map(\.word), parameter: stage.parameter, because: reason))
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
            let reply = refused(
                at: stage, 450, "defer_if_permit requested", status: (7, 0))
            if isWarning { return .refuse(Refusal(reply)) }
            deferIfPermit = deferIfPermit ?? reply
            return .next
        case .deferIfReject:
            deferIfReject =
                deferIfReject
                ?? refused(at: stage, 450, "defer_if_reject requested", status: (7, 0))
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
            return await relaying(code: 400 + settings.codes.relayDomains % 100)
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
            // What could not be asked is no verdict that a warning could stand for.
            guard refusal.cause == nil else { return outcome }
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
}
