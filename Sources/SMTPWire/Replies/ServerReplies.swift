import MailFormat

/// What the server says by itself, in Postfix's words: other programs read them.
extension SMTPReply {
    static let ok = SMTPReply(250, .init(.success, 0, 0), "Ok")
    static let senderOk = SMTPReply(250, .init(.success, 1, 0), "Ok")
    static let recipientOk = SMTPReply(250, .init(.success, 1, 5), "Ok")
    static let sendData = SMTPReply(354, nil, "End data with <CR><LF>.<CR><LF>")
    static let bye = SMTPReply(221, .init(.success, 0, 0), "Bye")
    static let goodbye = SMTPReply(221, .init(.success, 7, 0), "Error: I can break rules, too. Goodbye.")

    static let heloSyntax = SMTPReply(501, nil, "Syntax: HELO hostname")
    static let ehloSyntax = SMTPReply(501, nil, "Syntax: EHLO hostname")
    static let resetSyntax = SMTPReply(501, .init(.permanentFailure, 5, 4), "Syntax: RSET")
    static let dataSyntax = SMTPReply(501, .init(.permanentFailure, 5, 4), "Syntax: DATA")
    static let badSyntax = SMTPReply(500, .init(.permanentFailure, 5, 2), "Error: bad syntax")
    static let badUTF8 = SMTPReply(500, .init(.permanentFailure, 5, 2), "Error: bad UTF-8 syntax")
    static let notRecognized = SMTPReply(500, .init(.permanentFailure, 5, 2), "Error: command not recognized")
    static let lineTooLong = SMTPReply(500, .init(.permanentFailure, 5, 2), "Error: command line too long")

    static let heloFirst = SMTPReply(503, .init(.permanentFailure, 5, 1), "Error: send HELO/EHLO first")
    static let nestedMail = SMTPReply(503, .init(.permanentFailure, 5, 1), "Error: nested MAIL command")
    static let needMail = SMTPReply(503, .init(.permanentFailure, 5, 1), "Error: need MAIL command")
    static let needRecipient = SMTPReply(503, .init(.permanentFailure, 5, 1), "Error: need RCPT command")
    static let noValidRecipients = SMTPReply(
        554, .init(.permanentFailure, 5, 1), "Error: no valid recipients")
    static let tooManyRecipients = SMTPReply(
        452, .init(.persistentTransientFailure, 5, 3), "Error: too many recipients")
    static let exceedsLimit = SMTPReply(
        552, .init(.permanentFailure, 3, 4), "Message size exceeds fixed limit")
    static let exceedsFileSystem = SMTPReply(
        552, .init(.permanentFailure, 3, 4), "Message size exceeds file system imposed limit")
    public static let messageTooBig = SMTPReply(
        552, .init(.permanentFailure, 3, 4), "Error: message file too big")
    static let verifyDisabled = SMTPReply(502, .init(.permanentFailure, 5, 1), "VRFY command is disabled")

    static func tooManyErrors(_ hostname: String) -> SMTPReply {
        SMTPReply(421, .init(.persistentTransientFailure, 7, 0), "\(hostname) Error: too many errors")
    }

    static func lineWithoutEnd(_ hostname: String) -> SMTPReply {
        SMTPReply(
            421, .init(.persistentTransientFailure, 5, 2), "\(hostname) Error: command line without end")
    }

    static func bareLineFeed(_ options: ServerOptions) -> SMTPReply {
        SMTPReply(
            options.bareLineFeedCode,
            .init(options.bareLineFeedCode < 500 ? .persistentTransientFailure : .permanentFailure, 5, 2),
            "\(options.hostname) Error: bare <LF> received")
    }

    static func accessDenied(_ client: String) -> SMTPReply {
        SMTPReply(503, .init(.permanentFailure, 7, 0), "Error: access denied for \(client)")
    }

    static let notImplemented = SMTPReply(
        502, .init(.permanentFailure, 5, 1), "Error: command not implemented")
    /// What follows BDAT is content, which must not be taken for commands.
    static let chunkingNotImplemented = SMTPReply(
        521, .init(.permanentFailure, 5, 1), "Error: command not implemented")

    static func unavailable(_ command: UnavailableCommand, hasArguments: Bool) -> SMTPReply {
        switch command {
        case .auth:
            SMTPReply(503, .init(.permanentFailure, 5, 1), "Error: authentication not enabled")
        case .xclient, .xforward:
            hasArguments
                ? SMTPReply(550, .init(.permanentFailure, 7, 0), "Error: insufficient authorization")
                : SMTPReply(
                    501, .init(.permanentFailure, 5, 4), "Syntax: \(command.rawValue) attribute=value...")
        case .starttls, .bdat:
            .notImplemented
        }
    }

    /// ETRN (RFC 1985) is known and never done.
    static func etrn(_ domain: String?, isHeloMissing: Bool) -> SMTPReply {
        if isHeloMissing { return SMTPReply(503, nil, "Error: send HELO/EHLO first") }
        guard let domain else { return SMTPReply(500, nil, "Syntax: ETRN domain") }
        return SMTPReply(459, nil, "<\(domain)>: service unavailable")
    }

    /// The answer to EHLO: what can be used, and nothing that cannot.
    static func extensions(_ options: ServerOptions) -> SMTPReply {
        var keywords = ["PIPELINING"]
        keywords.append(options.messageSizeLimit > 0 ? "SIZE \(options.messageSizeLimit)" : "SIZE")
        if !options.isVerifyDisabled { keywords.append("VRFY") }
        keywords += ["ENHANCEDSTATUSCODES", "8BITMIME"]
        keywords.removeAll { keyword in
            options.discardedKeywords.contains(String(keyword.prefix { $0 != " " }))
        }
        return SMTPReply(250, nil, lines: [options.hostname] + keywords)
    }
}
