import MailFormat
import NIOCore

/// The server's side of one SMTP dialog as a value: bytes in, actions out, no I/O and no waiting.
///
///     session.receive(bytes)
///     switch session.next() {
///     case .reply(let reply): …                       // send it
///     case .checkRecipients(let addresses): …         // find out, then tell recipientChecked(_:) for each, in order
///     case .needMore: …                               // read again
///
/// Whatever lies in the bytes received is taken before more is read, so that the recipients which a client
/// pipelines (RFC 2920) are asked about together. After an action that asks for something, the matching
/// `…Checked` method comes before the next ``next()``.
public struct ServerSession: Sendable {
    public enum Action: Sendable {
        case needMore
        case reply(SMTPReply)
        /// A reply to a command that is refused, with what the log is to say of it.
        case refuse(SMTPReply, Remark)
        case checkHelo(String)
        case checkSender(MailArguments)
        /// One or more, none more than `recipientLimit` still allows.
        case checkRecipients([MailAddress])
        case verify(VerifyArgument)
        case checkData
        case content(ByteBuffer)
        /// - Parameter refusal: what is wrong with how the content was sent; it must not be kept then.
        case endOfContent(refusal: SMTPReply?)
        /// A reply that is the last.
        case close(SMTPReply, Ending)
    }

    public enum Remark: Hashable, Sendable {
        /// `reject: MAIL from …`
        case rejected
        /// `Illegal address syntax from … in RCPT command: …`
        case illegalAddress(String)
        /// `request longer than 2048: …`, with how it began.
        case lineTooLong(String)
    }

    /// Why the server ends a dialog.
    public enum Ending: Hashable, Sendable {
        case quit
        /// `too many errors after RCPT from …` in the log.
        case tooManyErrors
        /// The line as the log may show it.
        case forbiddenCommand(String)
        /// SMTP smuggling, or a client that does not speak SMTP.
        case bareLineFeed
        /// Content is about to come that nobody asked for.
        case unwantedContent
        /// A command line has grown past all limits.
        case endlessLine
        /// Content has grown far past `message_size_limit`.
        case endlessContent
    }

    enum Phase {
        case commands, content, closed
    }

    public let options: ServerOptions
    /// The last command, as the log names the place where something happened: `CONNECT`, `RCPT`, `END-OF-MESSAGE`.
    public var place: String {
        phase == .content ? "DATA (\(contentSize) bytes)" : command
    }
    private var command = "CONNECT"
    /// The name that the client gave, and nil before it gave one.
    public internal(set) var heloName: String?
    /// The client said EHLO.
    public internal(set) var isExtended = false
    public internal(set) var mail: MailArguments?
    public internal(set) var acceptedRecipients = 0
    public internal(set) var tally = CommandTally()

    var wire: InboundWire
    var phase = Phase.commands
    var lookahead: Incoming?
    var errors = 0
    var junkCommands = 0
    var overshoot = 0
    var contentSize = 0
    private var deniedClient: String?
    var pendingHelo: (name: String, isExtended: Bool)?

    enum Incoming: Sendable {
        case command(SMTPCommand, line: ByteBuffer)
        case tooLong(ByteBuffer)
        case bareLineFeed
        case endless
    }

    public init(options: ServerOptions) {
        self.options = options
        wire = InboundWire(lineLimit: options.lineLengthLimit, mendsLineFeeds: options.mendsLineFeeds)
    }

    public var greeting: SMTPReply { SMTPReply(220, nil, options.banner) }

    /// Past `smtpd_soft_error_limit`: each reply waits for `smtpd_error_sleep_time` first.
    public var isReplyDelayed: Bool { errors >= options.softErrorLimit }

    /// `ESMTP` or `SMTP`, as Received: and the log have it.
    public var protocolName: String { isExtended ? "ESMTP" : "SMTP" }

    /// The client may do nothing but leave; `client` names it in what it reads.
    public mutating func deny(_ client: String) {
        deniedClient = client
    }

    /// The client has sent more behind a command that ends a group, or behind any before EHLO, which alone allows groups
    /// (RFC 2920 §3.1): true for the rest of the session.
    public private(set) var hasPipelinedEarly = false

    /// More was received than has been dealt with.
    public var hasWaitingInput: Bool { lookahead != nil || wire.waiting > 0 }

    public mutating func receive(_ bytes: ByteBuffer) {
        wire.receive(bytes)
    }

    public mutating func next() -> Action {
        switch phase {
        case .closed: return .needMore
        case .content: return nextContent()
        case .commands: break
        }
        if errors >= options.hardErrorLimit {
            return close(.tooManyErrors(options.hostname), .tooManyErrors)
        }
        guard let incoming = nextIncoming() else { return .needMore }
        switch incoming {
        case .bareLineFeed:
            return close(.bareLineFeed(options), .bareLineFeed)
        case .endless:
            return close(.lineWithoutEnd(options.hostname), .endlessLine)
        case .tooLong(let beginning):
            command = "UNKNOWN"
            errors += 1
            return .refuse(
                .lineTooLong, .lineTooLong(LineReader.printable(beginning.readableBytesView.prefix(30))))
        case .command(let command, let line):
            if hasWaitingInput, command.endsGroup || !isExtended { hasPipelinedEarly = true }
            return take(command, line: line)
        }
    }

    private mutating func nextIncoming() -> Incoming? {
        if let incoming = lookahead {
            lookahead = nil
            return incoming
        }
        switch wire.nextLine() {
        case nil: return nil
        case .bareLineFeed: return .bareLineFeed
        case .endless: return .endless
        case .tooLong(let beginning): return .tooLong(beginning)
        case .command(let line):
            return .command(SMTPCommand(line: line, rules: options.paths), line: line)
        }
    }

    private mutating func take(_ asked: SMTPCommand, line: ByteBuffer) -> Action {
        if let deniedClient, let verb = asked.verb, verb != "quit", verb != "unknown" {
            command = verb.uppercased()
            return finish(asked, .accessDenied(deniedClient))
        }
        switch asked {
        case .rcpt(let path):
            return takeRecipients(path)
        case .mail(let arguments):
            command = "MAIL"
            if options.isHeloRequired && heloName == nil { return finish(asked, .heloFirst) }
            if mail != nil { return finish(asked, .nestedMail) }
            switch arguments {
            case .failure(let fault): return refuse(asked, fault)
            case .success(let arguments):
                if let refusal = sizeRefusal(arguments) {
                    _ = finish(asked, refusal)
                    return .refuse(refusal, .rejected)
                }
                return .checkSender(arguments)
            }
        case .data(let hasArguments):
            command = "DATA"
            guard acceptedRecipients > 0 else {
                return finish(asked, mail == nil ? .needRecipient : .noValidRecipients)
            }
            return hasArguments ? finish(asked, .dataSyntax) : .checkData
        case .helo(let name), .ehlo(let name):
            return takeHelo(name, asked)
        case .rset(let hasArguments):
            command = "RSET"
            if hasArguments { return finish(asked, .resetSyntax) }
            forgetMail()
            return finish(asked, .ok)
        case .noop:
            command = "NOOP"
            return finish(asked, .ok)
        case .vrfy(let argument):
            command = "VRFY"
            if options.isVerifyDisabled { return finish(asked, .verifyDisabled) }
            switch argument {
            case .failure(let fault): return refuse(asked, fault)
            case .success(let argument): return .verify(argument)
            }
        case .quit:
            command = "QUIT"
            tally.count("quit", isDone: true)
            return close(.bye, .quit)
        case .etrn(let domain):
            command = "ETRN"
            return finish(asked, .etrn(domain, isHeloMissing: options.isHeloRequired && heloName == nil))
        case .unavailable(let name, let hasArguments):
            command = name.rawValue
            if name == .bdat {
                count("bdat", isDone: false)
                return close(.chunkingNotImplemented, .unwantedContent)
            }
            return finish(asked, .unavailable(name, hasArguments: hasArguments))
        case .empty:
            errors += 1
            return .reply(.badSyntax)
        case .notUTF8:
            errors += 1
            return .reply(.badUTF8)
        case .unknown(let verb):
            return takeUnknown(verb, line: line)
        }
    }

    private mutating func takeHelo(_ name: String?, _ asked: SMTPCommand) -> Action {
        let isExtended = asked.verb == "ehlo"
        command = isExtended ? "EHLO" : "HELO"
        guard let name else { return finish(asked, isExtended ? .ehloSyntax : .heloSyntax) }
        pendingHelo = (name, isExtended)
        return .checkHelo(name)
    }

    private mutating func takeUnknown(_ verb: String, line: ByteBuffer) -> Action {
        command = "UNKNOWN"
        if options.noopCommands.contains(verb) {
            tally.count("unknown", isDone: true)
            countJunk()
            return .reply(.ok)
        }
        tally.count("unknown", isDone: false)
        // What begins with no letter, or looks like a header field, is somebody else's protocol.
        let isLetter = verb.utf8.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? false
        if (!isLetter && options.forbidsNonLetters) || verb.utf8.last == UInt8(ascii: ":")
            || options.forbiddenCommands.contains(verb)
        {
            return close(
                .goodbye, .forbiddenCommand(LineReader.printable(line.readableBytesView.prefix(100))))
        }
        errors += 1
        return .reply(.notRecognized)
    }

    // MARK: Recipients

    /// This recipient and those that follow it in what was received.
    private mutating func takeRecipients(_ path: Result<MailAddress, CommandFault>) -> Action {
        command = "RCPT"
        guard mail != nil else { return finishRecipient(.needMail) }
        var recipients: [MailAddress]
        switch path {
        case .failure(let fault): return refuse(.rcpt(path), fault)
        case .success(let recipient): recipients = [recipient]
        }
        let room = options.recipientLimit > 0 ? options.recipientLimit - acceptedRecipients : Int.max
        guard room > 0 else {
            overshoot += 1
            tally.countRecipient(isDone: false)
            if overshoot > options.recipientOvershootLimit { errors += 1 }
            return .reply(.tooManyRecipients)
        }
        while recipients.count < room, let incoming = nextIncoming() {
            guard case .command(.rcpt(.success(let recipient)), _) = incoming else {
                lookahead = incoming
                break
            }
            recipients.append(recipient)
        }
        return .checkRecipients(recipients)
    }

    private mutating func finishRecipient(_ reply: SMTPReply) -> Action {
        errors += 1
        tally.countRecipient(isDone: false)
        return .reply(reply)
    }

    private mutating func nextContent() -> Action {
        switch wire.nextContent() {
        case nil: return .needMore
        case .bytes(let bytes):
            contentSize += bytes.readableBytes
            if let limit = options.contentLimit, contentSize > limit {
                count("data", isDone: false)
                return close(.messageTooBig, .endlessContent)
            }
            return .content(bytes)
        case .end(let hasBareLineFeed):
            phase = .commands
            command = "END-OF-MESSAGE"
            return .endOfContent(refusal: hasBareLineFeed ? .bareLineFeed(options) : nil)
        }
    }

    // MARK: Counting

    private mutating func finish(_ asked: SMTPCommand, _ reply: SMTPReply) -> Action {
        if let verb = asked.verb { count(verb, isDone: reply.isPositive) }
        switch asked {
        case .helo, .ehlo, .rset, .noop, .vrfy, .etrn: countJunk()
        default: break
        }
        return .reply(reply)
    }

    private mutating func refuse(_ asked: SMTPCommand, _ fault: CommandFault) -> Action {
        let action = finish(asked, fault.reply)
        return fault.illegalAddress.map { .refuse(fault.reply, .illegalAddress($0)) } ?? action
    }

    mutating func count(_ verb: String, isDone: Bool) {
        tally.count(verb, isDone: isDone)
        if !isDone { errors += 1 }
    }

    mutating func countJunk() {
        junkCommands += 1
        if junkCommands > options.junkCommandLimit + 1 { errors += 1 }
    }

    private mutating func close(_ reply: SMTPReply, _ ending: Ending) -> Action {
        phase = .closed
        return .close(reply, ending)
    }

    mutating func forgetMail() {
        mail = nil
        acceptedRecipients = 0
        overshoot = 0
    }
}
