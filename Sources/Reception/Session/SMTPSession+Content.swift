import Logging
import MailFormat
import MailQueue
import Routing
import SMTPWire

/// What the session does with a message's content: DATA to the final dot.
extension SMTPSession {
    mutating func beginContent() async -> SMTPReply {
        let refusal = await refusal(at: .data, recipient: onlyRecipient)
        let reply = dialog.dataChecked(refusal?.reply)
        if refusal == nil {
            let field = traceField()
            await message?.begin(with: field)
            await prepareContent(date: field.date)
        }
        return reply
    }

    /// As the client wrote it; nil where there are several.
    private var onlyRecipient: MailAddress? {
        dialog.acceptedRecipients == 1 ? message?.firstOriginal : nil
    }

    /// What the header's fields depend on: the sender as it will be, and whether they are changed at all.
    private mutating func prepareContent(date: MailDate) async {
        guard let mail = dialog.mail else { return }
        let (settings, router) = (settings, service.access.router)
        if router.rewritesSenders {
            let rewritten: Result<RewrittenSender, RewritingFailure>
            do throws(RewritingFailure) {
                rewritten = .success(try await router.sender(mail.sender))
            } catch {
                rewritten = .failure(error)
            }
            message?.set(rewritten, settings: settings)
        }
        guard headerTreatment != .none, let message else { return }
        let work = HeaderWork(
            settings: settings.header, router: router, treatment: headerTreatment,
            sender: message.sender ?? completed(mail.sender), id: message.draft.id.description,
            hostname: hostname, date: date, logger: service.cleanupLogger)
        self.message?.edit(with: work)
    }

    private var origin: Envelope.Origin {
        Envelope.Origin(
            clientName: client.name, clientAddress: client.address.description,
            heloName: dialog.heloName ?? "",
            protocolName: dialog.protocolName)
    }

    private func traceField() -> ReceivedField {
        ReceivedField(
            origin: origin, hostname: hostname, mailName: settings.mailName,
            id: message?.draft.id.description ?? "",
            recipient: onlyRecipient, date: .now)
    }

    /// - Parameter refusal: what is wrong with the way in which the content was sent.
    mutating func endContent(_ refusal: SMTPReply?) async -> SMTPReply {
        await self.message?.finish()
        guard let message, let mail = dialog.mail else {
            return dialog.messageEnded(refusal ?? .queueFileError)
        }
        let id = message.draft.id
        if let refusal {
            logRefusal("bare <LF> received", Subject(dialog, recipient: message.firstOriginal))
            return dialog.messageEnded(refusal)
        }
        let messageID = message.header.messageID
        service.cleanupLogger.info("\(id): message-id=\(messageID.isEmpty ? "<>" : messageID)")
        switch message.failure {
        case .tooBig:
            log.warning("\(id): queue file size limit exceeded")
            return dialog.messageEnded(.messageTooBig)
        case .queue(let failure):
            return dialog.messageEnded(reply(to: failure, id))
        case .rewriting(let failure):
            service.cleanupLogger.warning("\(id): \(failure) -- message not accepted, try again later")
            return dialog.messageEnded(.queueFileError)
        case nil:
            break
        }
        guard message.header.receivedCount < settings.hopcountLimit else {
            service.cleanupLogger.warning("\(id): message rejected: hopcount exceeded")
            return dialog.messageEnded(.tooManyHops)
        }
        if let refusal = await self.refusal(at: .endOfData, recipient: onlyRecipient) {
            return dialog.messageEnded(refusal.reply)
        }
        let envelope = Envelope(
            sender: message.sender ?? completed(mail.sender), recipients: message.recipients,
            isEightBit: mail.isEightBit,
            origin: origin)
        do throws(QueueFailure) {
            try await message.draft.commit(envelope)
        } catch {
            return dialog.messageEnded(reply(to: error, id))
        }
        // The queue has it; there is nothing left to discard.
        self.message = nil
        return dialog.messageEnded(SMTPReply(250, .init(.success, 0, 0), "Ok: queued as \(id)"))
    }

    /// The sender as the queue and whoever gets the message know it: `bob` is `bob@$myorigin`.
    private func completed(_ path: ReversePath) -> ReversePath {
        guard case .address(let address) = path else { return .null }
        return .address(service.access.router.completed(address))
    }

    private func reply(to failure: QueueFailure, _ id: QueueID) -> SMTPReply {
        log.warning("\(id): \(failure)")
        return failure.cause == .insufficientStorage ? .insufficientStorage : .queueFileError
    }

    mutating func discardMessage() async {
        guard let draft = message?.draft else { return }
        message = nil
        await draft.discard()
    }
}

extension SMTPReply {
    static let tooManyHops = SMTPReply(554, .init(.permanentFailure, 4, 0), "Error: too many hops")
    static let temporaryLookupError = SMTPReply(
        451, .init(.persistentTransientFailure, 3, 0), "Temporary lookup error")
    static let insufficientStorage = SMTPReply(
        452, .init(.persistentTransientFailure, 3, 1), "Insufficient system storage")
    static let queueFileError = SMTPReply(
        451, .init(.persistentTransientFailure, 3, 0), "Error: queue file write error")
}
