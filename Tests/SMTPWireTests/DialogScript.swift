import MailFormat
import NIOCore
import SMTPWire

/// Plays bytes to a session whose every question is answered with yes, except for recipients at `unknown.test`.
struct DialogScript {
    var session: ServerSession
    private(set) var replies: [String] = []
    private(set) var contents: [String] = []
    private(set) var largestBatch = 0
    private(set) var isClosed = false
    private var content = ByteBuffer()

    init(options: ServerOptions = ServerOptions(hostname: "mx.example.test")) {
        session = ServerSession(options: options)
    }

    mutating func receive(_ bytes: some Sequence<UInt8>) {
        guard !isClosed else { return }
        session.receive(ByteBuffer(bytes: bytes))
        while !isClosed {
            switch session.next() {
            case .needMore: return
            case .reply(let reply), .refuse(let reply, _): say(reply)
            case .checkHelo: say(session.heloChecked(nil))
            case .checkSender(let arguments): say(session.senderChecked(arguments, nil))
            case .checkRecipients(let recipients):
                largestBatch = max(largestBatch, recipients.count)
                for recipient in recipients {
                    let refusal = SMTPReply(550, .init(.permanentFailure, 1, 1), "<\(recipient)>: unknown")
                    if let reply = session.recipientChecked(
                        recipient.domain == "unknown.test" ? refusal : nil)
                    {
                        say(reply)
                    }
                }
            case .verify(let argument): say(session.verified(argument, nil))
            case .checkData: say(session.dataChecked(nil))
            case .content(let bytes): content.writeImmutableBuffer(bytes)
            case .endOfContent(let refusal):
                contents.append(String(buffer: content))
                content.clear()
                say(session.messageEnded(refusal ?? SMTPReply(250, .init(.success, 0, 0), "Ok: queued as X")))
            case .close(let reply, _):
                say(reply)
                isClosed = true
            }
        }
    }

    private mutating func say(_ reply: SMTPReply) {
        var buffer = ByteBuffer()
        buffer.writeReply(reply)
        replies += String(buffer: buffer).split(separator: "\r\n").map(String.init)
    }
}
