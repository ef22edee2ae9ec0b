import LookupTables
import MailFormat
import Routing

/// Who may send what to whom: the restriction lists of one smtpd service, and what they refer to.
///
/// The session asks it, and `martlet explain` asks it the same without a session.
public struct AccessPolicy: Sendable {
    public let settings: AccessSettings
    public let router: Router
    let verifier: (any AddressVerifier)?

    /// - Parameter verifier: asked by `reject_unverified_recipient` and `reject_unverified_sender`.
    public init(settings: AccessSettings, router: Router, verifier: (any AddressVerifier)? = nil) {
        self.settings = settings
        self.verifier = verifier
        self.router = router
    }

    /// What is known of a dialog when a question is asked.
    public struct Circumstances: Sendable {
        public var client: Client
        public var heloName: String?
        public var sender: ReversePath?
        /// The name that the client has logged in with (AUTH); nil where it has not.
        public var login: String?
        /// What `defer_if_permit` at an earlier stage asks for, where stages are not put off until RCPT.
        public var deferral: SMTPReply?
        /// The client sent commands before it might.
        public var hasPipelinedEarly = false

        public init(client: Client, heloName: String? = nil, sender: ReversePath? = nil) {
            self.client = client
            self.heloName = heloName
            self.sender = sender
        }
    }

    /// Refusals of the kind that `warn_if_reject` only logs.
    public typealias Warnings = [SMTPReply]

    /// What RCPT answers.
    ///
    /// - Parameters:
    ///   - recipient: as the client wrote it.
    ///   - warnings: refusals that `warn_if_reject` turned into lines of the log.
    ///   - observer: told of every word and every question, for `explain`.
    public func decision(
        on recipient: MailAddress, in circumstances: Circumstances, warnings: inout Warnings,
        observer: (any AccessObserver)? = nil
    ) async -> RecipientDecision {
        var evaluation = AccessEvaluation(self, circumstances, recipient: recipient, observer: observer)
        let decision = await evaluation.recipientDecision()
        warnings += evaluation.warnings
        return decision
    }

    /// What the restrictions on a message answer, at DATA and at its end.
    ///
    /// - Parameter recipient: the only one, at DATA; nil where there are several.
    /// - Returns: nil where nothing is refused.
    public func refusal(
        at stage: RestrictionLists.Stage, in circumstances: Circumstances, recipient: MailAddress? = nil,
        warnings: inout Warnings, observer: (any AccessObserver)? = nil
    ) async -> Refusal? {
        guard !settings.lists[stage].isEmpty else { return nil }
        // What earlier stages asked for was for RCPT; a message that came so far is for postmaster alone.
        var circumstances = circumstances
        circumstances.deferral = nil
        var evaluation = AccessEvaluation(self, circumstances, recipient: recipient, observer: observer)
        let refusal = await evaluation.refusal(at: stage)
        warnings += evaluation.warnings
        return refusal
    }

    /// What the client, HELO and sender restrictions answer where `smtpd_delay_reject = no`.
    ///
    /// - Parameter circumstances: what `defer_if_permit` asks for is kept there, for RCPT.
    /// - Returns: nil where nothing is refused.
    public func earlyRefusal(
        at stage: RestrictionLists.Stage, in circumstances: inout Circumstances,
        warnings: inout Warnings, observer: (any AccessObserver)? = nil
    ) async -> Refusal? {
        let asksForSender = stage == .sender && settings.rejectsUnlistedSender
        guard asksForSender || !settings.lists[stage].isEmpty else { return nil }
        var evaluation = AccessEvaluation(self, circumstances, recipient: nil, observer: observer)
        let refusal = await evaluation.walk(stage)
        warnings += evaluation.warnings
        circumstances.deferral = evaluation.deferIfPermit
        return refusal
    }
}
