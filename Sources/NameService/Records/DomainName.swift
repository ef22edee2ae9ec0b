/// A name of the DNS as text, in lower case and without the dot at its end: `mail.example.org`. The root is empty.
///
/// Bytes that are no printable ASCII, and dots inside a label, are written as `\ddd` (RFC 1035 §5.1).
public struct DomainName: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// Nil where a label is empty or longer than 63 bytes, the name is longer than 253, or a byte is no printable
    /// ASCII: nothing that a question can be put about.
    public init?(_ text: some StringProtocol) {
        var text = Array(text.utf8)
        if text.last == UInt8(ascii: "."), text.count > 1 { text.removeLast() }
        guard text.count <= 253 else { return nil }
        let labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard
            labels.allSatisfy({ label in
                (1...63).contains(label.count)
                    && label.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
            })
        else { return nil }
        description = String(decoding: text.map(Self.lowercased), as: UTF8.self)
    }

    /// What stands in an answer.
    init(labels: [ArraySlice<UInt8>]) {
        var text: [UInt8] = []
        for label in labels {
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            for byte in label {
                if (0x21...0x7E).contains(byte), byte != UInt8(ascii: "."), byte != UInt8(ascii: "\\") {
                    text.append(Self.lowercased(byte))
                } else {
                    text.append(UInt8(ascii: "\\"))
                    let digits = String(byte)
                    text += Array(repeating: UInt8(ascii: "0"), count: 3 - digits.utf8.count) + digits.utf8
                }
            }
        }
        description = String(decoding: text, as: UTF8.self)
    }

    /// RFC 7505: `MX 0 .` says that a domain takes no mail.
    public var isRoot: Bool { description.isEmpty }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
