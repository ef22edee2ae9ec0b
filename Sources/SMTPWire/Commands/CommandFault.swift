import MailFormat

/// What is wrong with a command that is known, as the reply that says so.
public struct CommandFault: Error, Hashable, Sendable {
    public let reply: SMTPReply
    /// The address that could not be read, as the client wrote it, for the log.
    public let illegalAddress: String?

    init(_ code: Int, _ status: EnhancedStatusCode, _ text: String, illegalAddress: String? = nil) {
        reply = SMTPReply(code, status, text)
        self.illegalAddress = illegalAddress
    }

    static let mailSyntax = CommandFault(501, .init(.permanentFailure, 5, 4), "Syntax: MAIL FROM:<address>")
    static let rcptSyntax = CommandFault(501, .init(.permanentFailure, 5, 4), "Syntax: RCPT TO:<address>")
    static let vrfySyntax = CommandFault(
        501, .init(.permanentFailure, 5, 4), "Syntax: VRFY address [SMTPUTF8]")
    static func badSender(_ word: some Sequence<UInt8>) -> CommandFault {
        CommandFault(
            501, .init(.permanentFailure, 1, 7), "Bad sender address syntax",
            illegalAddress: LineReader.printable(word))
    }

    static func badRecipient(_ word: some Sequence<UInt8>) -> CommandFault {
        CommandFault(
            501, .init(.permanentFailure, 1, 3), "Bad recipient address syntax",
            illegalAddress: LineReader.printable(word))
    }

    static let badSize = CommandFault(501, .init(.permanentFailure, 5, 4), "Bad message size syntax")
    static let dsnDisabled = CommandFault(501, .init(.permanentFailure, 7, 1), "DSN support is disabled")

    static func unsupportedOption(_ option: some Sequence<UInt8>) -> CommandFault {
        CommandFault(
            555, .init(.permanentFailure, 5, 4), "Unsupported option: \(LineReader.printable(option))")
    }
}
