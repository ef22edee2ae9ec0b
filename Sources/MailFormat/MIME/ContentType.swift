/// What `Content-Type:` says about the structure of what follows: RFC 2045 §5.1.
struct ContentType {
    enum Kind: Hashable {
        /// Parts between boundaries; those of a digest are messages (RFC 2046 §5.1.5).
        case multipart(isDigest: Bool)
        /// A message with a header of its own: message/rfc822, message/global.
        case message
        case other
    }

    let kind: Kind
    /// Of a multipart type; in their order where there is more than one.
    let boundaries: [[UInt8]]

    /// - Parameter field: a whole header field; nil where it is another one.
    init?(field: [UInt8]) {
        guard let colon = field.firstIndex(of: UInt8(ascii: ":")),
            Token(Array(field[..<colon])).is("content-type")
        else { return nil }
        var tokens = Tokens(rest: field[(colon + 1)...])
        let type = tokens.parameter()
        let sub = type.count > 2 && type[1].is("/") ? type[2] : nil
        if type.first?.is("multipart") == true {
            kind = .multipart(isDigest: sub?.is("digest") == true)
        } else if type.first?.is("message") == true, sub?.is("rfc822") == true || sub?.is("global") == true {
            kind = .message
        } else {
            kind = .other
        }
        var boundaries: [[UInt8]] = []
        while case .multipart = kind, !tokens.isAtEnd {
            let parameter = tokens.parameter()
            if parameter.count > 2, parameter[0].is("boundary"), parameter[1].is("=") {
                boundaries.append(Array(parameter[2].text.prefix(Self.longestBoundary)))
            }
        }
        self.boundaries = boundaries
    }

    /// `mime_boundary_length_limit`
    private static let longestBoundary = 2048
}

/// A word, a quoted string (as what it stands for), or one special character.
private struct Token {
    let text: [UInt8]
    let isQuoted: Bool

    init(_ text: [UInt8], isQuoted: Bool = false) {
        self.text = text
        self.isQuoted = isQuoted
    }

    /// Without case; a quoted string is no keyword.
    ///
    /// - Parameter word: in lower case.
    func `is`(_ word: String) -> Bool {
        !isQuoted
            && text.elementsEqual(word.utf8) { ((0x41...0x5A).contains($0) ? $0 | 0x20 : $0) == $1 }
    }
}

/// The tokens of a structured field.
private struct Tokens {
    var rest: ArraySlice<UInt8>

    var isAtEnd: Bool { rest.isEmpty }

    /// The tokens up to the next semicolon: `name`, `=`, `value`.
    mutating func parameter() -> [Token] {
        var tokens: [Token] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: ";"): return tokens
            case UInt8(ascii: "("): skipComment()
            case UInt8(ascii: "\""): tokens.append(Token(quotedString(), isQuoted: true))
            case let byte where Self.isBlank(byte): continue
            case let byte where Self.isSpecial(byte): tokens.append(Token([byte]))
            default:
                let word = rest.prefix { !Self.isBlank($0) && !Self.isSpecial($0) }
                rest = rest[word.endIndex...]
                tokens.append(Token([byte] + word))
            }
        }
        return tokens
    }

    private mutating func skipComment() {
        var depth = 1
        while depth > 0, let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "\\"): rest = rest.dropFirst()
            default: break
            }
        }
    }

    private mutating func quotedString() -> [UInt8] {
        var text: [UInt8] = []
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
                text.append(escaped)
            } else if byte != 0x0A {
                text.append(byte)
            }
        }
        return text
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// RFC 2045 §5.1, "tspecials".
    private static func isSpecial(_ byte: UInt8) -> Bool { "()<>@,;:\\\"/[]?=".utf8.contains(byte) }
}
