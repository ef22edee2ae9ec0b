import MailFormat

/// Reads what an alias map answered: addresses as RFC 822 §6.1 writes them, separated by commas or white space.
///
///     john@example.org, "anna doe"@example.org
///     John <john@example.org> (comment), team: a@x, b@x;
///     @example.net
///
/// Nothing here is an error by itself: a result that holds no address gives an empty list.
package struct AddressList {
    private enum Token: Equatable {
        /// An atom or the inside of a quoted string.
        case word(String)
        /// `[192.0.2.1]`, brackets included.
        case literal(String)
        case special(UInt8)
    }

    package static func parse(_ text: String) -> [MailAddress] {
        let tokens = tokenize(text)
        return segments(tokens).compactMap(address)
    }

    // MARK: Tokens

    private static func tokenize(_ text: String) -> [Token] {
        var scanner = ArraySlice(text.utf8)
        var tokens: [Token] = []
        while let byte = scanner.first {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                scanner.removeFirst()
            case UInt8(ascii: "("):
                skipComment(&scanner)
            case UInt8(ascii: "\""):
                scanner.removeFirst()
                tokens.append(.word(take(&scanner, upTo: UInt8(ascii: "\""))))
            case UInt8(ascii: "["):
                scanner.removeFirst()
                tokens.append(.literal("[\(take(&scanner, upTo: UInt8(ascii: "]")))]"))
            case _ where isSpecial(byte):
                scanner.removeFirst()
                tokens.append(.special(byte))
            default:
                tokens.append(.word(takeAtom(&scanner)))
            }
        }
        return tokens
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        "()<>@,;:.]".utf8.contains(byte)
    }

    /// Up to the closing byte, which goes too; a backslash takes the next byte as it is.
    private static func take(_ scanner: inout ArraySlice<UInt8>, upTo end: UInt8) -> String {
        var bytes: [UInt8] = []
        while let byte = scanner.popFirst(), byte != end {
            if byte == UInt8(ascii: "\\") {
                if let next = scanner.popFirst() { bytes.append(next) }
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func takeAtom(_ scanner: inout ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        while let byte = scanner.first, !" \t\r\n\"[(".utf8.contains(byte), !isSpecial(byte) {
            scanner.removeFirst()
            if byte == UInt8(ascii: "\\") {
                if let next = scanner.popFirst() { bytes.append(next) }
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func skipComment(_ scanner: inout ArraySlice<UInt8>) {
        var depth = 0
        while let byte = scanner.popFirst() {
            switch byte {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return }
            case UInt8(ascii: "\\"): _ = scanner.popFirst()
            default: break
            }
        }
    }

    // MARK: Addresses

    /// Token runs that are one address each. `phrase <address>` leaves the inside of the brackets,
    /// `group: a, b;` its members; where a comma is missing between two words, there it is thought.
    private static func segments(_ tokens: [Token]) -> [[Token]] {
        var result: [[Token]] = []
        var current: [Token] = []
        var pending: [[Token]] = []  // addresses since the last comma, which turn out to be a phrase before `<`
        func flush() {
            result += pending.filter { !$0.isEmpty }
            if !current.isEmpty { result.append(current) }
            pending = []
            current = []
        }
        var index = 0
        while index < tokens.count {
            let token = tokens[index]
            index += 1
            switch token {
            case .special(UInt8(ascii: ",")), .special(UInt8(ascii: ";")):
                flush()
            case .special(UInt8(ascii: "<")):
                pending = []
                let end = tokens[index...].firstIndex(of: .special(UInt8(ascii: ">"))) ?? tokens.count
                current = Array(tokens[index..<end])
                index = min(end + 1, tokens.count)
                flush()
            case .special(UInt8(ascii: ":")) where opensGroup(tokens[index...]):
                pending = []
                current = []
            case .special:
                current.append(token)
            case .word, .literal:
                if case .special = current.last {
                } else if !current.isEmpty {
                    pending.append(current)
                    current = []
                }
                current.append(token)
            }
        }
        flush()
        return result
    }

    private static func opensGroup(_ rest: ArraySlice<Token>) -> Bool {
        rest.contains(.special(UInt8(ascii: ";")))
    }

    private static func address(_ tokens: [Token]) -> MailAddress? {
        var tokens = tokens[...]
        // A source route, `@a:user@b`, is no longer followed (RFC 5321 appendix C).
        if tokens.first == .special(UInt8(ascii: "@")),
            let colon = tokens.firstIndex(of: .special(UInt8(ascii: ":"))),
            colon + 1 < tokens.endIndex
        {
            tokens = tokens[(colon + 1)...]
        }
        guard let at = tokens.lastIndex(of: .special(UInt8(ascii: "@"))) else {
            let local = text(tokens)
            return local.isEmpty ? nil : MailAddress(localPart: local, domain: nil)
        }
        let domain = text(tokens[(at + 1)...])
        guard !domain.isEmpty else { return nil }
        return MailAddress(localPart: text(tokens[..<at]), domain: domain)
    }

    private static func text(_ tokens: ArraySlice<Token>) -> String {
        var text = ""
        for token in tokens {
            switch token {
            case .word(let word), .literal(let word): text += word
            case .special(let byte): text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return text
    }
}
