/// A reply of RFC 5321 §4.2 with the enhanced status code of RFC 2034.
///
///     250 2.1.5 Ok
///     550 5.1.1 <x@example.org>: Recipient address rejected: User unknown in virtual mailbox table
///     250-mx.example.org
///     250 PIPELINING
///
/// The enhanced code is put before the text of every line. Text never holds CR or LF.
public struct SMTPReply: Hashable, Sendable {
    /// Three digits, 200 to 559.
    public let code: Int
    public let status: EnhancedStatusCode?
    /// At least one line, without code, status and line end.
    public let lines: [String]

    public init(_ code: Int, _ status: EnhancedStatusCode?, _ text: String) {
        self.init(code, status, lines: [text])
    }

    /// - Parameter lines: an empty list becomes one empty line.
    public init(_ code: Int, _ status: EnhancedStatusCode?, lines: [String]) {
        self.code = code
        self.status = status
        self.lines = lines.isEmpty ? [""] : lines
    }

    public var isPositive: Bool { code < 400 }
    public var isTransient: Bool { (400..<500).contains(code) }
    public var isPermanent: Bool { code >= 500 }

    /// One line, as logs and delivery reports quote a reply: `550 5.1.1 <x>: User unknown`.
    public var text: String {
        let prefix = status.map { "\(code) \($0) " } ?? "\(code) "
        return prefix + lines.joined(separator: " ")
    }
}

extension SMTPReply {
    /// As logs and delivery reports quote what another server said, each line with its code: `550-go away 550 now`.
    public var quotation: String {
        let status = status.map { "\($0) " } ?? ""
        let first = lines.dropLast().map { "\(code)-\(status)\($0)" }
        return (first + ["\(code) \(status)\(lines.last ?? "")"]).joined(separator: " ")
    }
}

extension SMTPReply: CustomStringConvertible {
    public var description: String { text }
}
