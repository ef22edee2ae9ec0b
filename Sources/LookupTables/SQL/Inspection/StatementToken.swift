/// A word of a query template, for those who look for the parts of a statement and pass them on as they stand.
///
/// Unlike ``SQLToken`` it takes nearly everything for granted; what it says of a statement is good for a look at the
/// data, and not for answering mail.
struct StatementToken {
    enum Kind: Equatable {
        case word, symbol
        /// A number, a name or a text between marks.
        case other
        /// A text between marks with a part of the key in it.
        case key([ExpansionTemplate.Part])
    }

    let kind: Kind
    /// As it stands in the template; empty for a key.
    let bytes: [UInt8]
    let hasSpaceBefore: Bool

    func isWord(_ word: String) -> Bool {
        kind == .word && String(decoding: bytes, as: UTF8.self).lowercased() == word
    }

    func isSymbol(_ symbol: Unicode.Scalar) -> Bool {
        kind == .symbol && bytes == [UInt8(ascii: symbol)]
    }

    var isKey: Bool { if case .key = kind { true } else { false } }

    /// Nil where the template has comments, escapes or a part of the key outside of quotation marks.
    static func read(_ template: ExpansionTemplate) -> [StatementToken]? {
        var reader = Reader(template)
        return reader.tokens()
    }

    /// The text of tokens that hold no key.
    static func text(_ tokens: some Sequence<StatementToken>) -> [UInt8] {
        var text: [UInt8] = []
        for token in tokens {
            if token.hasSpaceBefore, !text.isEmpty { text.append(0x20) }
            text += token.bytes
        }
        return text
    }
}

extension StatementToken {
    private struct Reader {
        private var atoms: ArraySlice<ExpansionTemplate.Part>

        init(_ template: ExpansionTemplate) {
            atoms =
                template.parts.flatMap { part -> [ExpansionTemplate.Part] in
                    guard case .text(let text) = part else { return [part] }
                    return text.map { ExpansionTemplate.Part.text([$0]) }
                }[...]
        }

        private var next: UInt8? { byte(atoms.first) }

        private func byte(_ atom: ExpansionTemplate.Part?) -> UInt8? {
            if case .text(let text)? = atom { text.first } else { nil }
        }

        mutating func tokens() -> [StatementToken]? {
            var tokens: [StatementToken] = []
            while !atoms.isEmpty {
                let hasSpace = !take { $0 == 0x20 || (0x09...0x0D).contains($0) }.isEmpty
                guard !atoms.isEmpty else { break }
                guard let first = next, let token = token(first, hasSpace) else { return nil }
                tokens.append(token)
            }
            return tokens
        }

        private mutating func token(_ first: UInt8, _ hasSpace: Bool) -> StatementToken? {
            switch first {
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): return quoted(first, hasSpace)
            case _ where Self.isInWord(first):
                let bytes = take(Self.isInWord)
                let isNumber = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
                return StatementToken(kind: isNumber ? .other : .word, bytes: bytes, hasSpaceBefore: hasSpace)
            default:
                let second = byte(atoms.dropFirst().first)
                if first == UInt8(ascii: "#") { return nil }
                if first == UInt8(ascii: "-"), second == first { return nil }
                if first == UInt8(ascii: "/"), second == UInt8(ascii: "*") { return nil }
                atoms.removeFirst()
                return StatementToken(kind: .symbol, bytes: [first], hasSpaceBefore: hasSpace)
            }
        }

        private mutating func take(_ isWanted: (UInt8) -> Bool) -> [UInt8] {
            var bytes: [UInt8] = []
            while let byte = next, isWanted(byte) {
                bytes.append(byte)
                atoms.removeFirst()
            }
            return bytes
        }

        private static func isInWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
                true
            default: false
            }
        }

        private mutating func quoted(_ mark: UInt8, _ hasSpace: Bool) -> StatementToken? {
            atoms.removeFirst()
            var parts: [ExpansionTemplate.Part] = []
            var bytes: [UInt8] = []
            while let atom = atoms.popFirst() {
                guard let byte = byte(atom) else {
                    if !bytes.isEmpty { parts.append(.text(bytes)) }
                    bytes = []
                    parts.append(atom)
                    continue
                }
                if byte == UInt8(ascii: "\\") { return nil }
                guard byte == mark else {
                    bytes.append(byte)
                    continue
                }
                // Two marks are one inside.
                if next == mark { return nil }
                guard !parts.isEmpty else {
                    return StatementToken(
                        kind: .other, bytes: [mark] + bytes + [mark], hasSpaceBefore: hasSpace)
                }
                if !bytes.isEmpty { parts.append(.text(bytes)) }
                return StatementToken(kind: .key(parts), bytes: [], hasSpaceBefore: hasSpace)
            }
            return nil
        }
    }
}
