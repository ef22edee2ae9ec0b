import MailFormat
import NIOCore

/// Puts a server's lines together to replies: RFC 5321 §4.2.
///
///     S: 250-mx.example.org
///     S: 250-PIPELINING
///     S: 250 SIZE 10240000
///
/// Bare LF ends a line here too: a reply cannot smuggle anything, and servers that send it exist.
public struct ReplyParser: Sendable {
    /// The longest line that is read; RFC 5321 §4.5.3.1.5 allows 512.
    public static let longestLine = 4096
    /// The most lines in one reply.
    public static let mostLines = 200

    private var lines: [String] = []
    private var code = 0
    private var status: EnhancedStatusCode?

    public init() {}

    /// What a server sent that is no reply.
    public enum Failure: Error, Hashable, Sendable {
        case lineTooLong
        case tooManyLines
        /// The line, made printable and cut to a bearable length.
        case malformed(String)
    }

    /// The next whole reply, taken out of `buffer`; nil while it is incomplete.
    public mutating func next(_ buffer: inout ByteBuffer) throws(Failure) -> SMTPReply? {
        while let line = try Self.line(&buffer) {
            if let reply = try add(line) { return reply }
        }
        return nil
    }

    private static func line(_ buffer: inout ByteBuffer) throws(Failure) -> ByteBuffer? {
        guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            if buffer.readableBytes > longestLine { throw .lineTooLong }
            return nil
        }
        let length = end - buffer.readerIndex
        guard length <= longestLine, var line = buffer.readSlice(length: length) else { throw .lineTooLong }
        buffer.moveReaderIndex(forwardBy: 1)
        if line.readableBytesView.last == UInt8(ascii: "\r") {
            line.moveWriterIndex(to: line.writerIndex - 1)
        }
        return line
    }

    private mutating func add(_ line: ByteBuffer) throws(Failure) -> SMTPReply? {
        let bytes = line.readableBytesView
        guard bytes.count >= 3, let code = Self.code(bytes.prefix(3)) else {
            throw .malformed(Self.printable(bytes))
        }
        let separator = bytes.dropFirst(3).first ?? UInt8(ascii: " ")
        guard separator == UInt8(ascii: " ") || separator == UInt8(ascii: "-"),
            lines.isEmpty || code == self.code
        else { throw .malformed(Self.printable(bytes)) }
        guard lines.count < Self.mostLines else { throw .tooManyLines }
        var text = Self.printable(bytes.dropFirst(4), limit: Self.longestLine)[...]
        if let space = text.firstIndex(of: " "), let found = EnhancedStatusCode(text[..<space]),
            Int(found.class.rawValue) == code / 100
        {
            if lines.isEmpty { status = found }
            if found == status { text = text[text.index(after: space)...] }
        }
        self.code = code
        lines.append(String(text))
        if separator == UInt8(ascii: "-") { return nil }
        defer {
            lines = []
            status = nil
        }
        return SMTPReply(code, status, lines: lines)
    }

    private static func code(_ digits: some Collection<UInt8>) -> Int? {
        var code = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            code = code * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return (200..<600).contains(code) ? code : nil
    }

    /// What may stand in a log line: control characters and broken UTF-8 become `?`.
    private static func printable(_ bytes: some Collection<UInt8>, limit: Int = 200) -> String {
        let clean = bytes.prefix(limit).map { $0 < 32 || $0 == 127 ? UInt8(ascii: "?") : $0 }
        return String(validating: clean, as: UTF8.self)
            ?? String(decoding: clean.map { $0 < 128 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
