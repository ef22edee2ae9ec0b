import Logging
import MailFormat
import MailQueue
import NIOCore
import SMTPWire

/// One client's session, from the greeting to the end: carries out what the dialog asks for.
///
///     read a chunk → every command in it → one write
///
/// The recipients that lie together in a chunk are asked about at the same time; replies keep the order of the
/// commands (RFC 2920 §3.2).
struct SMTPSession {
    let service: SMTPService
    let client: Client
    var dialog: ServerSession
    var message: IncomingMessage?
    /// What is done to the header of the message that MAIL began.
    var headerTreatment = HeaderSettings.Treatment.none
    var deferrals = StageDeferrals()
    private let input: InputWait
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var output = ByteBuffer()
    private var isOver = false
    private var isStopping = false

    /// Replies are written when so many bytes of them wait, even if more commands do.
    private static let outputLimit = 32_768

    init(
        service: SMTPService, client: Client, input: InputWait,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async {
        self.service = service
        self.client = client
        self.input = input
        self.outbound = outbound
        var options = service.settings.dialog
        options.mendsLineFeeds = await service.settings.mendedClients.surelyContains(
            name: client.name, address: client.address, logger: service.logger)
        dialog = ServerSession(options: options)
    }

    var log: Logger { service.logger }
    var settings: SessionSettings { service.settings }
    var hostname: String { settings.dialog.hostname }

    /// Runs to the end of the session. What it leaves unfinished is discarded.
    ///
    /// - Returns: whether the server ended it while the client may still be sending.
    mutating func run(_ events: inout ConnectionEvents) async -> Bool {
        log.info("connect from \(client.text)")
        do {
            try await converse(&events)
        } catch {
            log.info("lost connection after \(dialog.place) from \(client.text)")
        }
        dialog.connectionLost()
        await discardMessage()
        log.info("disconnect from \(client.text) \(dialog.tally)")
        return isOver && dialog.place != "QUIT"
    }

    private mutating func converse(_ events: inout ConnectionEvents) async throws {
        var greeting = dialog.greeting
        if let refusal = await earlyRefusal(at: .client) {
            greeting = refusal.reply
            dialog.deny(client.text)
        }
        reply(greeting)
        try await flush()
        while let event = try await next(&events) {
            switch event {
            case .bytes(let bytes):
                dialog.receive(bytes)
                try await process()
            case .timeout:
                log.info("timeout after \(dialog.place) from \(client.text)")
                reply(.timeout(hostname))
                isOver = true
            case .shutdown:
                isStopping = true
            }
            // What was begun may be finished; the server ends it where that takes too long.
            if isStopping, dialog.mail == nil, !isOver {
                reply(.shuttingDown(hostname))
                isOver = true
            }
            try await flush()
            if isOver { return }
        }
        log.info("lost connection after \(dialog.place) from \(client.text)")
    }

    private func next(_ events: inout ConnectionEvents) async throws -> ConnectionEvent? {
        input.begin()
        defer { input.end() }
        return try await events.next()
    }

    private mutating func process() async throws {
        while !isOver {
            switch dialog.next() {
            case .needMore:
                return
            case .reply(let reply):
                try await send(reply)
            case .refuse(let reply, let remark):
                note(remark, reply)
                try await send(reply)
            case .checkHelo(let name):
                try await send(await checkHelo(name))
            case .checkSender(let arguments):
                try await send(await checkSender(arguments))
            case .checkRecipients(let recipients):
                for reply in await checkRecipients(recipients) { try await send(reply) }
            case .verify(let argument):
                try await send(await verify(argument))
            case .checkData:
                try await send(await beginContent())
            case .content(let bytes):
                await message?.append(bytes, sizeLimit: dialog.options.messageSizeLimit)
            case .endOfContent(let refusal):
                try await send(await endContent(refusal))
            case .close(let last, let ending):
                note(ending)
                try await send(last)
                isOver = true
            }
            if dialog.mail == nil, message != nil { await discardMessage() }
        }
    }

    // MARK: Replies

    private mutating func reply(_ reply: SMTPReply) {
        output.writeReply(reply)
    }

    /// Puts a reply behind those that wait; to a client that makes errors, it and all after it come slowly.
    private mutating func send(_ next: SMTPReply) async throws {
        if dialog.isReplyDelayed, settings.errorSleepTime > .zero {
            try await flush()
            try await Task.sleep(for: settings.errorSleepTime)
        }
        reply(next)
        if output.readableBytes > Self.outputLimit { try await flush() }
    }

    private mutating func flush() async throws {
        guard output.readableBytes > 0 else { return }
        let ready = output
        output = ByteBuffer()
        try await outbound.write(ready)
    }

    private func note(_ ending: ServerSession.Ending) {
        switch ending {
        case .quit, .unwantedContent: break
        case .tooManyErrors: log.info("too many errors after \(dialog.place) from \(client.text)")
        case .forbiddenCommand(let line): log.warning("non-SMTP command from \(client.text): \(line)")
        case .endlessLine:
            log.warning("\(client.text): command line without end after \(dialog.place)")
        case .endlessContent:
            let id = message?.draft.id.description ?? "NOQUEUE"
            log.warning("\(id): queue file size limit exceeded far by \(client.text)")
        case .bareLineFeed: logRefusal("bare <LF> received", Subject(dialog))
        }
    }

    private func note(_ remark: ServerSession.Remark, _ reply: SMTPReply) {
        switch remark {
        case .rejected:
            logRefusal(reply, Subject(dialog))
        case .illegalAddress(let text):
            log.warning("Illegal address syntax from \(client.text) in \(dialog.place) command: \(text)")
        case .lineTooLong(let beginning):
            log.warning(
                "\(client.text): request longer than \(dialog.options.lineLengthLimit): \(beginning)...")
        }
    }
}

extension SMTPReply {
    static func timeout(_ hostname: String) -> SMTPReply {
        SMTPReply(421, .init(.persistentTransientFailure, 4, 2), "\(hostname) Error: timeout exceeded")
    }

    static func shuttingDown(_ hostname: String) -> SMTPReply {
        SMTPReply(
            421, .init(.persistentTransientFailure, 3, 2), "\(hostname) Service unavailable: shutting down")
    }

    static func tooManyConnections(_ hostname: String, from address: IPAddress) -> SMTPReply {
        SMTPReply(
            421, .init(.persistentTransientFailure, 7, 0),
            "\(hostname) Error: too many connections from \(address)")
    }
}
