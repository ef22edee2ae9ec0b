import MailFormat

extension MailAddress {
    /// Whether the address can stand in a command or a header field: it holds no control characters, so that it can
    /// neither end the line nor begin another (RFC 5321 §4.1.2: there are none even in quoted strings).
    public var fitsLine: Bool {
        Self.fits(localPart) && (domain.map(Self.fits) ?? true)
    }

    private static func fits(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}

extension ReversePath {
    /// Whether the path can stand in a command or a header field; the null path can.
    public var fitsLine: Bool {
        switch self {
        case .null: true
        case .address(let address): address.fitsLine
        }
    }
}
