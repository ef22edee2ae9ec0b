import MailFormat
import NIOCore

/// What a client asks for, one line of RFC 5321 §4.1.
///
///     C: EHLO client.example.org
///     C: MAIL FROM:<alice@example.net> SIZE=2048 BODY=8BITMIME
///     C: RCPT TO:<john@example.org>
///     C: DATA
///
/// A command that is known but written wrongly carries what is wrong; whether that is told, or that the
/// command comes out of turn, is the session's to decide.
public enum SMTPCommand: Sendable {
    /// The name as the client gave it, made safe for replies and headers; nil where there is none.
    case helo(String?)
    case ehlo(String?)
    case mail(Result<MailArguments, CommandFault>)
    case rcpt(Result<MailAddress, CommandFault>)
    /// Whether anything followed the word.
    case data(hasArguments: Bool)
    case rset(hasArguments: Bool)
    case noop
    case vrfy(Result<VerifyArgument, CommandFault>)
    case etrn(String?)
    case quit
    /// A command of an extension that this server does not offer, such as `STARTTLS`, `AUTH` or `BDAT`.
    case unavailable(UnavailableCommand, hasArguments: Bool)
    /// A line without a word.
    case empty
    /// The line is not UTF-8 (RFC 6531 §3.1 and plain ASCII both are).
    case notUTF8
    /// Something else; its first word, in capitals where it is a word.
    case unknown(verb: String)
}

/// What MAIL says besides its word.
public struct MailArguments: Hashable, Sendable {
    public var sender: ReversePath
    /// `SIZE=` of RFC 1870, in bytes; nil where it was not declared.
    public var declaredSize: UInt64?
    /// `BODY=8BITMIME` of RFC 6152.
    public var isEightBit: Bool

    public init(sender: ReversePath, declaredSize: UInt64? = nil, isEightBit: Bool = false) {
        self.sender = sender
        self.declaredSize = declaredSize
        self.isEightBit = isEightBit
    }
}

/// What VRFY asks about: the address, and the words as the client wrote them.
public struct VerifyArgument: Hashable, Sendable {
    public var address: MailAddress
    public var text: String
}

/// Commands that Postfix knows and that here are refused as Postfix refuses them with the feature off.
public enum UnavailableCommand: String, Sendable, CaseIterable {
    case starttls = "STARTTLS"
    case auth = "AUTH"
    case bdat = "BDAT"
    case xclient = "XCLIENT"
    case xforward = "XFORWARD"
}

extension SMTPCommand {
    /// Whether it must be the last of a group of commands: RFC 2920 §3.1.
    var endsGroup: Bool {
        switch self {
        case .helo, .ehlo, .data, .vrfy, .noop, .etrn: true
        default: false
        }
    }

    /// Reads a line without its line end.
    ///
    /// - Parameter rules: how the paths of MAIL and RCPT may be written.
    public init(line: some Collection<UInt8>, rules: PathRules = PathRules()) {
        let bytes = Array(line)
        self = bytes.withUnsafeBytes { Self.read(LineReader($0), rules: rules) }
    }

    /// As ``init(line:rules:)``, of a part of a buffer and without a copy.
    public init(line: ByteBuffer, rules: PathRules = PathRules()) {
        self = line.withUnsafeReadableBytes { Self.read(LineReader($0), rules: rules) }
    }

    private static func read(_ line: LineReader, rules: PathRules) -> SMTPCommand {
        var line = line
        guard line.isUTF8 else { return .notUTF8 }
        guard let verb = line.nextWord() else { return .empty }
        switch verb.count {
        case 4:
            let name = Verb(verb)
            switch name {
            case Verb.rcpt: return .rcpt(RecipientSyntax.read(&line, rules: rules))
            case Verb.mail: return .mail(MailSyntax.read(&line, rules: rules))
            case Verb.data: return .data(hasArguments: line.nextWord() != nil)
            case Verb.helo: return .helo(line.name())
            case Verb.ehlo: return .ehlo(line.name())
            case Verb.rset: return .rset(hasArguments: line.nextWord() != nil)
            case Verb.noop: return .noop
            case Verb.quit: return .quit
            case Verb.vrfy: return .vrfy(VerifySyntax.read(&line, rules: rules))
            case Verb.etrn: return .etrn(line.rest())
            default: break
            }
        default: break
        }
        let word = LineReader.uppercased(verb)
        guard let command = UnavailableCommand(rawValue: word) else { return .unknown(verb: word) }
        return .unavailable(command, hasArguments: line.nextWord() != nil)
    }

    /// The word as it is counted in the log; nil for what is no command.
    public var verb: String? {
        switch self {
        case .helo: "helo"
        case .ehlo: "ehlo"
        case .mail: "mail"
        case .rcpt: "rcpt"
        case .data: "data"
        case .rset: "rset"
        case .noop: "noop"
        case .vrfy: "vrfy"
        case .etrn: "etrn"
        case .quit: "quit"
        case .unavailable(let command, _): command.rawValue.lowercased()
        case .unknown: "unknown"
        case .empty, .notUTF8: nil
        }
    }
}

/// Four letters as one number, so that telling commands apart costs one comparison.
private struct Verb: Equatable {
    let letters: UInt32

    init(_ word: some Sequence<UInt8>) {
        letters = word.reduce(0) { $0 << 8 | UInt32($1 & 0xDF) }
    }

    static let rcpt = Verb("RCPT".utf8)
    static let mail = Verb("MAIL".utf8)
    static let data = Verb("DATA".utf8)
    static let helo = Verb("HELO".utf8)
    static let ehlo = Verb("EHLO".utf8)
    static let rset = Verb("RSET".utf8)
    static let noop = Verb("NOOP".utf8)
    static let quit = Verb("QUIT".utf8)
    static let vrfy = Verb("VRFY".utf8)
    static let etrn = Verb("ETRN".utf8)
}
