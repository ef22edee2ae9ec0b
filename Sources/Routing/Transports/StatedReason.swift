import MailFormat

/// Why a transport of `error` or `retry` takes no mail: the next hop, perhaps with a status before it.
///
///     error:5.1.2 no such host      → 5.1.2, "no such host"
///     error:closed                  → no status, "closed"
///
/// Source: error(8), transport(5).
public struct StatedReason: Hashable, Sendable {
    public let status: EnhancedStatusCode?
    public let text: String

    public init(_ nextHop: String) {
        let bytes = nextHop.utf8.drop(while: Self.isSpace)
        let word = bytes.prefix { !Self.isSpace($0) }
        if let status = EnhancedStatusCode(String(Substring(word))) {
            self.status = status
            text = String(Substring(bytes[word.endIndex...].drop(while: Self.isSpace)))
        } else {
            status = nil
            text = String(Substring(bytes))
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
