/// A piece of an address as RFC 822 §3.3 cuts it: comments and white space are gone.
enum AddressToken: Hashable {
    case atom([UInt8])
    case quoted([UInt8])
    /// With its brackets.
    case literal([UInt8])
    /// `@`, `.` or `:`, and the routing operators `%` and `!`.
    case special(UInt8)
    /// `,` or `;`.
    case separator
    case open
    case close

    var isWord: Bool {
        switch self {
        case .atom, .quoted, .literal: true
        case .special, .separator, .open, .close: false
        }
    }

    /// Nil where a quote is never closed, or a control character stands anywhere.
    static func split(_ word: some Sequence<UInt8>) -> [AddressToken]? {
        var tokens: [AddressToken] = []
        var rest = Array(word)[...]
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                rest.removeFirst()
            case UInt8(ascii: "("):
                skipComment(&rest)
            case UInt8(ascii: "\""):
                rest.removeFirst()
                guard let text = take(&rest, until: { $0 == UInt8(ascii: "\"") }), !rest.isEmpty else {
                    return nil
                }
                rest.removeFirst()
                tokens.append(.quoted(text))
            case UInt8(ascii: "["):
                rest.removeFirst()
                // A bracket that was forgotten is added, as Postfix does.
                guard
                    let text = take(
                        &rest, until: { $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: ">") })
                else { return nil }
                if rest.first == UInt8(ascii: "]") { rest.removeFirst() }
                tokens.append(.literal([UInt8(ascii: "[")] + text + [UInt8(ascii: "]")]))
            case UInt8(ascii: "@"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "%"),
                UInt8(ascii: "!"):
                rest.removeFirst()
                tokens.append(.special(byte))
            case UInt8(ascii: ","), UInt8(ascii: ";"):
                rest.removeFirst()
                tokens.append(.separator)
            case UInt8(ascii: "<"):
                rest.removeFirst()
                tokens.append(.open)
            case UInt8(ascii: ">"):
                rest.removeFirst()
                tokens.append(.close)
            case UInt8(ascii: ")"), UInt8(ascii: "]"):
                // Closes nothing, so it is text like any other.
                rest.removeFirst()
                let text = [byte] + (take(&rest, until: endsAtom) ?? [])
                tokens.append(.atom(text))
            default:
                guard let text = take(&rest, until: endsAtom), !text.isEmpty else { return nil }
                tokens.append(.atom(text))
            }
        }
        return tokens
    }

    /// The address without quoting: what lookups ask for.
    static func internalForm(_ tokens: some Sequence<AddressToken>) -> [UInt8] {
        tokens.reduce(into: []) { bytes, token in
            switch token {
            case .atom(let text), .quoted(let text), .literal(let text): bytes += text
            case .special(let byte): bytes.append(byte)
            case .separator, .open, .close: break
            }
        }
    }

    /// Text up to a byte that ends it, backslashes resolved; nil on a control character.
    private static func take(_ rest: inout ArraySlice<UInt8>, until ends: (UInt8) -> Bool) -> [UInt8]? {
        var text: [UInt8] = []
        while var byte = rest.first, !ends(byte) {
            rest.removeFirst()
            if byte == UInt8(ascii: "\\") {
                guard let next = rest.popFirst() else { return nil }
                byte = next
            }
            guard byte >= 0x20, byte != 0x7F else { return nil }
            text.append(byte)
        }
        return text
    }

    /// Comments nest (RFC 822 §3.1.4); one that is never closed reaches to the end.
    private static func skipComment(_ rest: inout ArraySlice<UInt8>) {
        var depth = 0
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"): _ = rest.popFirst()
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            default: break
            }
            if depth == 0 { return }
        }
    }

    private static func endsAtom(_ byte: UInt8) -> Bool {
        byte <= 0x20 || "(<>@,;:\".[%!".utf8.contains(byte)
    }

    /// What the local part of nearly every address is made of; such an address needs no tokens.
    static func isPlainLocal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "+"), UInt8(ascii: "="):
            true
        default:
            false
        }
    }
}
