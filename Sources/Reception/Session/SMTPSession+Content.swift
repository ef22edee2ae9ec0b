import Logging
import MailFormat
import MailQueue
import SMTPWire

/// What the session does with a message's content: DATA to the final dot.
extension SMTPSession {
    mutating func beginContent() async -> SMTPReply {
        let refusal = await refusal(at: .data)
        let reply = dialog.dataChecked(refusal?.reply)
        if refusal == nil {
            let field = traceField()
            await message?.begin(with: field)
        }
        return reply
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
            recipient: dialog.acceptedRecipients == 1 ? message?.firstOriginal : nil, date: .now)
    }

    /// - Parameter refusal: what is wrong with the way in which the content was sent.
    mutating func endContent(_ refusal: SMTPReply?) async -> SMTPReply {
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
        case nil:
            break
        }
        guard message.header.receivedCount < settings.hopcountLimit else {
            service.cleanupLogger.warning("\(id): message rejected: hopcount exceeded")
            return dialog.messageEnded(.tooManyHops)
        }
        if let refusal = await self.refusal(at: .endOfData) { return dialog.messageEnded(refusal.reply) }
        let envelope = Envelope(
            sender: sender(mail.sender), recipients: message.recipients, isEightBit: mail.isEightBit,
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
    private func sender(_ path: ReversePath) -> ReversePath {
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
    static let insufficientStorage = SMTPReply(
        452, .init(.persistentTransientFailure, 3, 1), "Insufficient system storage")
    static let queueFileError = SMTPReply(
        451, .init(.persistentTransientFailure, 3, 0), "Error: queue file write error")
}
