import MailFormat

/// What a server offers in its answer to EHLO or LHLO, as far as this client uses it.
public struct ServerExtensions: Hashable, Sendable {
    /// RFC 2920
    public var pipelining = false
    /// RFC 1870
    public var size = false
    /// The largest message, where the server names one; nil where it does not.
    public var sizeLimit: Int?
    /// RFC 6152
    public var eightBitMIME = false

    public init() {}

    public init(_ reply: SMTPReply) {
        for line in reply.lines.dropFirst() {
            let words = line.split(separator: " ")
            switch words.first?.uppercased() {
            case "PIPELINING": pipelining = true
            case "SIZE":
                size = true
                sizeLimit = words.dropFirst().first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
            case "8BITMIME": eightBitMIME = true
            default: break
            }
        }
    }
}
