import Logging
import LookupTables
import MailFormat
import MailQueue
import SMTPWire

/// What the session finds out before a message is sent: HELO, MAIL, RCPT and VRFY.
extension SMTPSession {
    private var circumstances: AccessPolicy.Circumstances {
        var circumstances = AccessPolicy.Circumstances(
            client: client, heloName: dialog.heloName, sender: dialog.mail?.sender)
        circumstances.hasPipelinedEarly =
            dialog.hasPipelinedEarly || dialog.place == "CONNECT" && dialog.hasWaitingInput
        circumstances.deferral = deferrals[.sender]
        return circumstances
    }

    private var isRejectDelayed: Bool { service.access.settings.isRejectDelayed }

    /// What the restrictions on a message say.
    ///
    /// - Parameter recipient: the only one of the message.
    func refusal(at stage: RestrictionLists.Stage, recipient: MailAddress?) async -> Refusal? {
        let circumstances = circumstances
        var warnings: AccessPolicy.Warnings = []
        let refusal = await service.access.refusal(
            at: stage, in: circumstances, recipient: recipient, warnings: &warnings)
        let subject = Subject(
            sender: circumstances.sender, recipient: recipient, heloName: circumstances.heloName)
        for warning in warnings { logRefusal(warning, subject, isWarning: true) }
        if let refusal { logRefusal(refusal, subject) }
        return refusal
    }

    /// What a stage before RCPT says at once: `smtpd_delay_reject = no`.
    ///
    /// - Parameter learn: what is known by the command alone that is being answered.
    mutating func earlyRefusal(
        at stage: RestrictionLists.Stage, _ learn: (inout AccessPolicy.Circumstances) -> Void = { _ in }
    ) async -> Refusal? {
        guard !isRejectDelayed else { return nil }
        deferrals.forget(from: stage)
        var circumstances = circumstances
        circumstances.deferral = deferrals.latest
        learn(&circumstances)
        var warnings: AccessPolicy.Warnings = []
        let refusal = await service.access.earlyRefusal(
            at: stage, in: &circumstances, warnings: &warnings)
        deferrals[stage] = circumstances.deferral
        let subject = Subject(sender: circumstances.sender, heloName: circumstances.heloName)
        for warning in warnings { logRefusal(warning, subject, isWarning: true) }
        if let refusal { logRefusal(refusal, subject) }
        return refusal
    }

    mutating func checkHelo(_ name: String) async -> SMTPReply {
        let refusal = await earlyRefusal(at: .helo) { $0.heloName = name }
        let reply = dialog.heloChecked(refusal?.reply)
        await discardMessage()
        return reply
    }

    mutating func checkSender(_ arguments: MailArguments) async -> SMTPReply {
        var refusal = await earlyRefusal(at: .sender) { $0.sender = arguments.sender }
        if refusal == nil { refusal = await findHeaderTreatment() }
        return dialog.senderChecked(arguments, refusal?.reply)
    }

    /// Whether the header of the client's messages is rewritten: local_header_rewrite_clients.
    private mutating func findHeaderTreatment() async -> Refusal? {
        do throws(LookupFailure) {
            headerTreatment = try await settings.header.treatment(of: client)
            return nil
        } catch {
            let refusal = Refusal(.temporaryLookupError, cause: "local_header_rewrite_clients: \(error)")
            logRefusal(refusal, Subject(heloName: dialog.heloName))
            return refusal
        }
    }

    /// Asks about all of them at the same time; the replies are in their order.
    mutating func checkRecipients(_ recipients: [MailAddress]) async -> [SMTPReply] {
        let decisions = await decisions(on: recipients)
        var replies: [SMTPReply] = []
        replies.reserveCapacity(recipients.count)
        for (recipient, decision) in zip(recipients, decisions) {
            let subject = Subject(dialog, recipient: recipient)
            for warning in decision.warnings { logRefusal(warning, subject, isWarning: true) }
            var refusal: Refusal?
            if case .refused(let found) = decision.decision { refusal = found }
            guard let reply = dialog.recipientChecked(refusal?.reply) else { break }
            if let refusal { logRefusal(refusal, subject) }
            if case .accepted(let expansion) = decision.decision { accept(expansion, of: recipient) }
            replies.append(reply)
        }
        return replies
    }

    private typealias Decision = (decision: RecipientDecision, warnings: AccessPolicy.Warnings)

    private func decisions(on recipients: [MailAddress]) async -> [Decision] {
        let access = service.access
        let circumstances = circumstances
        @Sendable func decide(_ recipient: MailAddress) async -> Decision {
            var warnings: AccessPolicy.Warnings = []
            let decision = await access.decision(on: recipient, in: circumstances, warnings: &warnings)
            return (decision, warnings)
        }
        if recipients.count == 1 { return [await decide(recipients[0])] }
        return await withTaskGroup(of: (Int, Decision).self) { group in
            for (index, recipient) in recipients.enumerated() {
                group.addTask { (index, await decide(recipient)) }
            }
            var decisions = [Decision?](repeating: nil, count: recipients.count)
            for await (index, decision) in group { decisions[index] = decision }
            return decisions.compactMap { $0 }
        }
    }

    private mutating func accept(_ expansion: [EnvelopeRecipient], of recipient: MailAddress) {
        if message == nil {
            let draft = service.intake.begin()
            log.info("\(draft.id): client=\(client.text)")
            message = IncomingMessage(draft: draft)
        }
        let settings = settings
        message?.add(expansion, for: recipient, settings: settings)
    }

    mutating func verify(_ argument: VerifyArgument) async -> SMTPReply {
        let subject = Subject(recipient: argument.address, heloName: dialog.heloName)
        var warnings: AccessPolicy.Warnings = []
        var refusal: Refusal?
        if case .refused(let found) = await service.access.decision(
            on: argument.address, in: circumstances, warnings: &warnings)
        {
            refusal = found
        }
        for warning in warnings { logRefusal(warning, subject, isWarning: true) }
        if let refusal { logRefusal(refusal, subject) }
        return dialog.verified(argument, refusal?.reply)
    }
}
