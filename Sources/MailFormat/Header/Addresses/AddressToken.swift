/// A piece of an address as header fields write it: RFC 822 §3.3.
///
///     "John Doe" (home) <john.doe@[192.0.2.1]>
///     quoted     comment ; special atom special atom special literal special
public struct AddressToken: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case atom
        /// The inside of a quoted string, without backslashes.
        case quoted
        /// The inside of `[…]`, without backslashes.
        case literal
        /// With its parentheses and backslashes.
        case comment
        /// One character that stands for itself: `.`, `@`, `,`, `<` …
        case special(UInt8)
    }

    public let kind: Kind
    /// Empty for specials. Line ends have become spaces, outside comments tabs too.
    public let content: ArraySlice<UInt8>

    init(_ kind: Kind, _ content: ArraySlice<UInt8> = []) {
        self.kind = kind
        self.content = content
    }

    static func special(_ character: Unicode.Scalar) -> AddressToken {
        AddressToken(.special(UInt8(ascii: character)))
    }

    /// A token that can stand alone: two of them side by side need a space, or are two addresses.
    var isWord: Bool {
        switch kind {
        case .atom, .quoted, .literal: true
        case .comment, .special: false
        }
    }

    func isSpecial(_ character: Unicode.Scalar) -> Bool { kind == .special(UInt8(ascii: character)) }

    /// Appends the token as it stands in a header field.
    func write(to text: inout [UInt8]) {
        switch kind {
        case .atom, .comment:
            text += content
        case .special(let byte):
            text.append(byte)
        case .quoted:
            text.append(UInt8(ascii: "\""))
            for byte in content {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    text.append(UInt8(ascii: "\\"))
                }
                text.append(byte)
            }
            text.append(UInt8(ascii: "\""))
        case .literal:
            text.append(UInt8(ascii: "["))
            for byte in content {
                if byte == UInt8(ascii: "\\") { text.append(byte) }
                text.append(byte)
            }
            text.append(UInt8(ascii: "]"))
        }
    }
}
