/// A word of a template, as far as ``PointQuery`` understands SQL. What it does not understand is no token.
struct SQLToken {
    enum Kind: Equatable {
        case word, quotedName, number, text
        /// A text between apostrophes in which a part of the lookup key stands.
        case key([ExpansionTemplate.Part])
        case symbol
    }

    let kind: Kind
    /// As it stands in the template; empty for the key.
    let bytes: [UInt8]

    /// Without case, and only of ASCII letters.
    func isWord(_ word: StaticString) -> Bool {
        guard kind == .word, bytes.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { buffer in
            zip(bytes, buffer).allSatisfy { $0 == $1 || $0 ^ 0x20 == $1 && $1 >= UInt8(ascii: "a") }
        }
    }

    func isSymbol(_ symbol: StaticString) -> Bool {
        kind == .symbol && symbol.withUTF8Buffer { bytes.elementsEqual($0) }
    }

    /// Nil where the template has anything that may not be what it looks like: comments, functions of quoting,
    /// escapes, letters beyond ASCII, parts of the key outside apostrophes.
    static func read(_ template: ExpansionTemplate, _ dialect: SQLDialect) -> [SQLToken]? {
        var reader = Reader(template, dialect)
        var tokens: [SQLToken] = []
        while let token = reader.next() { tokens.append(token) }
        return reader.isAtEnd ? tokens : nil
    }
}

extension SQLToken {
    /// The template taken apart, a byte or a part of the key at a time.
    private struct Reader {
        private enum Atom {
            case byte(UInt8)
            case part(ExpansionTemplate.Part)

            var byte: UInt8? { if case .byte(let byte) = self { byte } else { nil } }
        }

        private var atoms: ArraySlice<Atom>
        private let dialect: SQLDialect

        init(_ template: ExpansionTemplate, _ dialect: SQLDialect) {
            atoms =
                template.parts.flatMap { part in
                    if case .text(let text) = part { text.map(Atom.byte) } else { [Atom.part(part)] }
                }[...]
            self.dialect = dialect
        }

        var isAtEnd: Bool { atoms.isEmpty }

        mutating func next() -> SQLToken? {
            _ = take { $0 == 0x20 || (0x09...0x0D).contains($0) }
            guard let first = atoms.first?.byte else { return nil }
            switch first {
            case UInt8(ascii: "'"): return text()
            case dialect.nameQuote: return quotedName()
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                // `1e5`, `0x41` and `1.5` are more than a number here.
                let digits = take { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                if let next = atoms.first?.byte, Self.isInWord(next) || next == UInt8(ascii: ".") {
                    return nil
                }
                return SQLToken(kind: .number, bytes: digits)
            case _ where Self.isInWord(first): return SQLToken(kind: .word, bytes: take(Self.isInWord))
            case UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: "("),
                UInt8(ascii: ")"):
                atoms.removeFirst()
                return SQLToken(kind: .symbol, bytes: [first])
            default:
                let operators = Array("=<>!".utf8)
                let sign = take { operators.contains($0) }
                return sign.isEmpty ? nil : SQLToken(kind: .symbol, bytes: sign)
            }
        }

        private mutating func take(_ isWanted: (UInt8) -> Bool) -> [UInt8] {
            var bytes: [UInt8] = []
            while let byte = atoms.first?.byte, isWanted(byte) {
                bytes.append(byte)
                atoms.removeFirst()
            }
            return bytes
        }

        private static func isInWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }

        private mutating func quotedName() -> SQLToken? {
            let before = atoms
            atoms.removeFirst()
            let name = take { Self.isInWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: " ") }
            guard !name.isEmpty, atoms.popFirst()?.byte == dialect.nameQuote,
                atoms.first?.byte != dialect.nameQuote
            else {
                atoms = before
                return nil
            }
            return SQLToken(kind: .quotedName, bytes: [dialect.nameQuote] + name + [dialect.nameQuote])
        }

        private mutating func text() -> SQLToken? {
            let before = atoms
            let apostrophe = UInt8(ascii: "'")
            atoms.removeFirst()
            var parts: [ExpansionTemplate.Part] = []
            var bytes: [UInt8] = []
            while let atom = atoms.popFirst() {
                switch atom {
                case .part(let part):
                    if !bytes.isEmpty { parts.append(.text(bytes)) }
                    bytes = []
                    parts.append(part)
                case .byte(apostrophe):
                    // A second apostrophe would be one inside the text.
                    if atoms.first?.byte == apostrophe {
                        atoms = before
                        return nil
                    }
                    if parts.isEmpty {
                        return SQLToken(kind: .text, bytes: [apostrophe] + bytes + [apostrophe])
                    }
                    return SQLToken(kind: .key(bytes.isEmpty ? parts : parts + [.text(bytes)]), bytes: [])
                case .byte(let byte):
                    guard (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\\") else {
                        atoms = before
                        return nil
                    }
                    bytes.append(byte)
                }
            }
            atoms = before
            return nil
        }
    }
}
