import MailFormat

/// What the driver found out, told to the dialog: each turns an answer into the reply to send.
extension ServerSession {
    public mutating func heloChecked(_ refusal: SMTPReply?) -> SMTPReply {
        guard let (name, isExtended) = pendingHelo else { return .ok }
        pendingHelo = nil
        count(isExtended ? "ehlo" : "helo", isDone: refusal == nil)
        countJunk()
        if let refusal { return refusal }
        forgetMail()
        heloName = name
        self.isExtended = isExtended
        return isExtended ? .extensions(options) : SMTPReply(250, nil, options.hostname)
    }

    public mutating func senderChecked(_ arguments: MailArguments, _ refusal: SMTPReply?) -> SMTPReply {
        count("mail", isDone: refusal == nil)
        if let refusal { return refusal }
        mail = arguments
        acceptedRecipients = 0
        overshoot = 0
        return .senderOk
    }

    public mutating func verified(_ argument: VerifyArgument, _ refusal: SMTPReply?) -> SMTPReply {
        count("vrfy", isDone: refusal == nil)
        countJunk()
        return refusal ?? SMTPReply(252, .init(.success, 0, 0), argument.text)
    }

    /// After a positive answer, content follows.
    public mutating func dataChecked(_ refusal: SMTPReply?) -> SMTPReply {
        if let refusal {
            count("data", isDone: false)
            return refusal
        }
        phase = .content
        contentSize = 0
        wire.beginContent()
        return .sendData
    }

    /// - Parameter reply: what becomes of the message.
    public mutating func messageEnded(_ reply: SMTPReply) -> SMTPReply {
        count("data", isDone: reply.isPositive)
        if reply.isPositive {
            errors = 0
            junkCommands = 0
        }
        forgetMail()
        return reply
    }

    /// The client is gone; a message that was not finished counts as one that failed.
    public mutating func connectionLost() {
        if phase == .content { count("data", isDone: false) }
        phase = .closed
    }

    /// - Parameter refusal: the reply, or nil where the recipient is accepted.
    /// - Returns: the reply; nil where so many were refused that the dialog ends before this one.
    public mutating func recipientChecked(_ refusal: SMTPReply?) -> SMTPReply? {
        guard errors < options.hardErrorLimit else { return nil }
        tally.countRecipient(isDone: refusal == nil)
        if let refusal {
            errors += 1
            return refusal
        }
        acceptedRecipients += 1
        return .recipientOk
    }
}
