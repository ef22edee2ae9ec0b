/// A status code of RFC 3463: class, subject and detail, `5.1.1`.
public struct EnhancedStatusCode: Hashable, Sendable {
    public enum Class: UInt8, Sendable {
        case success = 2
        case persistentTransientFailure = 4
        case permanentFailure = 5
    }

    public let `class`: Class
    public let subject: UInt16
    public let detail: UInt16

    public init(_ class: Class, _ subject: UInt16, _ detail: UInt16) {
        self.class = `class`
        self.subject = subject
        self.detail = detail
    }

    /// Reads `5.1.1`. Nil where the text is not three numbers of at most three digits with class 2, 4 or 5.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 1,
            let rawClass = UInt8(parts[0]), let `class` = Class(rawValue: rawClass),
            let subject = Self.number(parts[1]), let detail = Self.number(parts[2])
        else { return nil }
        self.init(`class`, subject, detail)
    }

    private static func number(_ digits: some StringProtocol) -> UInt16? {
        guard (1...3).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return UInt16(digits)
    }
}

extension EnhancedStatusCode: CustomStringConvertible {
    public var description: String { "\(`class`.rawValue).\(subject).\(detail)" }
}
