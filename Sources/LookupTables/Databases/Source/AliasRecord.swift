/// A line of an alias file: a local name, a colon, and what its mail becomes.
///
///     postmaster: root                      "name with blanks": john, |/usr/bin/program
///
/// The value is stored in a form of its own: the words as Postfix's scanner of addresses sees them, a blank
/// between two words and behind each comma, quotes only where they are needed.
enum AliasRecord {
    static func read(_ line: [UInt8]) -> SourceRecord {
        let tokens = AliasToken.scan(line)
        guard let colon = tokens.firstIndex(of: .sign(UInt8(ascii: ":"))), colon > 0,
            colon + 1 < tokens.count,
            !tokens[..<colon].contains(.sign(UInt8(ascii: ",")))
        else { return .mistake("need name:value pair") }
        let name = tokens[..<colon]
        guard !name.contains(.sign(UInt8(ascii: "@"))), !name.contains(.sign(UInt8(ascii: "%"))) else {
            return .mistake("name must be local")
        }
        return .entry(
            key: AliasToken.text(of: name, quotes: false),
            value: AliasToken.text(of: tokens[(colon + 1)...], quotes: true)
        )
    }
}

/// What a line of an alias file is made of: RFC 822 §3.3, as Postfix has it.
enum AliasToken: Equatable {
    /// One of ``signs``.
    case sign(UInt8)
    case atom([UInt8])
    /// Without its quotation marks and backslashes; or an atom that has to be in quotes.
    case quoted([UInt8])
    /// `[192.0.2.1]`, without the brackets.
    case literal([UInt8])
    /// `(…)`, as it stands.
    case comment([UInt8])

    private static let signs = Set("|\"(),.:;<>@[]%!".utf8)

    private var isWord: Bool {
        if case .sign = self { false } else { true }
    }

    static func scan(_ line: [UInt8]) -> [AliasToken] {
        var scanner = Scanner(rest: line[...])
        var tokens: [AliasToken] = []
        while let token = scanner.next() { tokens.append(token) }
        return tokens
    }

    private struct Scanner {
        var rest: ArraySlice<UInt8>

        mutating func next() -> AliasToken? {
            while let byte = rest.first, Self.isBlank(byte) { rest.removeFirst() }
            switch rest.first {
            case nil: return nil
            case UInt8(ascii: "("): return comment()
            case UInt8(ascii: "\""):
                rest.removeFirst()
                return .quoted(enclosed(until: UInt8(ascii: "\"")))
            case UInt8(ascii: "["):
                rest.removeFirst()
                return .literal(enclosed(until: UInt8(ascii: "]")))
            case let byte? where AliasToken.signs.contains(byte):
                rest.removeFirst()
                return .sign(byte)
            default: return word()
            }
        }

        private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0D, 0x0A].contains(byte) }

        /// Any kind of blank is a space inside of a word.
        private static func inside(_ byte: UInt8) -> UInt8 { isBlank(byte) ? 0x20 : byte }

        private mutating func comment() -> AliasToken {
            var bytes: [UInt8] = []
            var depth = 0
            while let byte = rest.popFirst() {
                bytes.append(byte)
                switch byte {
                case UInt8(ascii: "\\"): if let next = rest.popFirst() { bytes.append(next) }
                case UInt8(ascii: "("): depth += 1
                case UInt8(ascii: ")"): depth -= 1
                default: break
                }
                if depth == 0 { break }
            }
            return .comment(bytes)
        }

        private mutating func enclosed(until end: UInt8) -> [UInt8] {
            var bytes: [UInt8] = []
            while let byte = rest.popFirst(), byte != end {
                guard byte == UInt8(ascii: "\\") else {
                    bytes.append(Self.inside(byte))
                    continue
                }
                if let next = rest.popFirst() { bytes.append(Self.inside(next)) }
            }
            return bytes
        }

        private mutating func word() -> AliasToken {
            var bytes: [UInt8] = []
            var isOdd = false
            while let byte = rest.first, !Self.isBlank(byte), !AliasToken.signs.contains(byte) {
                rest.removeFirst()
                guard byte == UInt8(ascii: "\\") else {
                    isOdd = isOdd || byte < 0x20 || byte == 0x7F
                    bytes.append(byte)
                    continue
                }
                guard let next = rest.popFirst() else { break }
                isOdd =
                    isOdd || next <= 0x20 || next == 0x7F || next == UInt8(ascii: "\\")
                    || AliasToken.signs.contains(next)
                bytes.append(Self.inside(next))
            }
            return isOdd ? .quoted(bytes) : .atom(bytes)
        }
    }

    /// - Parameter quotes: as in an address; without, as the words are meant.
    static func text(of tokens: ArraySlice<AliasToken>, quotes: Bool) -> [UInt8] {
        var text: [UInt8] = []
        var previous: AliasToken?
        for token in tokens {
            if let previous, previous != .sign(UInt8(ascii: ",")),
                token == .sign(UInt8(ascii: "<")) || previous.isWord && token.isWord
            {
                text.append(0x20)
            }
            switch token {
            case .sign(let byte): text += byte == UInt8(ascii: ",") ? [byte, 0x20] : [byte]
            case .atom(let bytes), .comment(let bytes): text += bytes
            case .quoted(let bytes):
                text += quotes ? [0x22] + escaped(bytes, [0x22, UInt8(ascii: "\\")]) + [0x22] : bytes
            case .literal(let bytes):
                text +=
                    [UInt8(ascii: "[")] + escaped(bytes, quotes ? [UInt8(ascii: "\\")] : []) + [
                        UInt8(ascii: "]")
                    ]
            }
            previous = token
        }
        return text
    }

    private static func escaped(_ bytes: [UInt8], _ specials: Set<UInt8>) -> [UInt8] {
        bytes.flatMap { specials.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0] }
    }
}
