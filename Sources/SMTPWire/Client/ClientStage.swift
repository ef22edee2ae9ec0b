/// Where a dialogue stands: each stage has a time limit and a name in the log.
public enum ClientStage: Hashable, Sendable {
    case greeting, hello, mail, recipient, dataStart, content, dataEnd, idle, quit

    /// As Postfix puts it after `while`: `lost connection with … while sending MAIL FROM`.
    public var activity: String {
        switch self {
        case .greeting: "receiving the initial server greeting"
        case .hello: "performing the LHLO handshake"
        case .mail: "sending MAIL FROM"
        case .recipient: "sending RCPT TO"
        case .dataStart: "sending DATA command"
        case .content: "sending message body"
        case .dataEnd: "sending end of data -- message may be sent more than once"
        case .idle: "waiting"
        case .quit: "sending QUIT"
        }
    }
}
