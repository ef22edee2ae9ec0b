/// Takes text apart into tokens. Everything is taken, however wrong: what is never closed ends with the text.
struct AddressScanner {
    private let text: ArraySlice<UInt8>
    private var position: Int

    init(_ text: ArraySlice<UInt8>) {
        self.text = text
        position = text.startIndex
    }

    static func tokens(of text: some Sequence<UInt8>) -> [AddressToken] {
        var scanner = AddressScanner(Array(text)[...])
        var tokens: [AddressToken] = []
        while let token = scanner.next() { tokens.append(token) }
        return tokens
    }

    mutating func next() -> AddressToken? {
        while position < text.endIndex, Self.isSpace(text[position]) { position += 1 }
        guard position < text.endIndex else { return nil }
        let byte = text[position]
        switch byte {
        case UInt8(ascii: "("):
            return comment()
        case UInt8(ascii: "\""):
            return enclosed(.quoted, upTo: byte)
        case UInt8(ascii: "["):
            return enclosed(.literal, upTo: UInt8(ascii: "]"))
        case _ where Self.isSpecial(byte):
            position += 1
            return AddressToken(.special(byte))
        default:
            return atom()
        }
    }

    private mutating func atom() -> AddressToken {
        let content = collect { Self.isSpace($0) || Self.isSpecial($0) }
        // A backslash can bring in what an atom cannot hold.
        let needsQuotes = content.contains {
            $0 <= 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") || Self.isSpecial($0)
        }
        return AddressToken(needsQuotes ? .quoted : .atom, content)
    }

    private mutating func enclosed(_ kind: AddressToken.Kind, upTo end: UInt8) -> AddressToken {
        position += 1
        let content = collect { $0 == end }
        if position < text.endIndex { position += 1 }
        return AddressToken(kind, content)
    }

    /// Up to a byte that ends the token; a backslash takes the next byte as it is. Copies only where something changes.
    private mutating func collect(until isEnd: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = position
        while position < text.endIndex, !isEnd(text[position]) {
            if text[position] == UInt8(ascii: "\\") || Self.isControlSpace(text[position]) {
                return collect(from: start, until: isEnd)
            }
            position += 1
        }
        return text[start..<position]
    }

    private mutating func collect(from start: Int, until isEnd: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        var content = Array(text[start..<position])
        while position < text.endIndex {
            var byte = text[position]
            if byte == UInt8(ascii: "\\") {
                position += 1
                guard position < text.endIndex else { break }
                byte = text[position]
            } else if isEnd(byte) {
                break
            }
            content.append(Self.isControlSpace(byte) ? UInt8(ascii: " ") : byte)
            position += 1
        }
        return content[...]
    }

    /// Comments nest, and keep their backslashes.
    private mutating func comment() -> AddressToken {
        var content: [UInt8] = []
        var depth = 0
        while position < text.endIndex {
            let byte = text[position]
            position += 1
            content.append(byte == 0x0A ? UInt8(ascii: " ") : byte)
            switch byte {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "\\"):
                guard position < text.endIndex else { break }
                content.append(text[position] == 0x0A ? UInt8(ascii: " ") : text[position])
                position += 1
            default: break
            }
            if depth == 0 { return AddressToken(.comment, content[...]) }
        }
        return AddressToken(.comment, content[...])
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || isControlSpace(byte) }

    private static func isControlSpace(_ byte: UInt8) -> Bool { byte == 0x09 || byte == 0x0A || byte == 0x0D }

    /// What ends an atom. `!` and `%` are routing of old (trivial-rewrite(8)).
    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "."),
            UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"),
            UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "!"), UInt8(ascii: "%"), UInt8(ascii: "|"):
            true
        default: false
        }
    }
}
