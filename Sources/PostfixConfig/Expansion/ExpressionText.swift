/// What stands between the brackets of `${…}`, read from left to right.
struct ExpressionText {
    private let whole: ArraySlice<UInt8>
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) {
        whole = text
        rest = text
    }

    var first: UInt8? { rest.first }

    func isAt(_ byte: UInt8) -> Bool { rest.first == byte }

    /// Where the reader stands, as `"...before>>>after"`.
    var place: String {
        let before = String(decoding: whole[..<rest.startIndex].suffix(20), as: UTF8.self)
        return "\"...\(before)>>>\(String(decoding: rest, as: UTF8.self))\""
    }

    mutating func skipSpace() {
        rest = rest.drop(while: \.isSpace)
    }

    mutating func takeName() -> String {
        let name = rest.prefix(while: \.isInParameterReference)
        rest = rest[name.endIndex...]
        return String(decoding: name, as: UTF8.self)
    }

    /// Takes one of the texts, the longest first.
    mutating func take(oneOf texts: [String]) -> String? {
        let found = texts.filter { rest.starts(with: $0.utf8) }.max { $0.utf8.count < $1.utf8.count }
        if let found { rest = rest.dropFirst(found.utf8.count) }
        return found
    }

    mutating func takeWord() -> ArraySlice<UInt8> {
        let word = rest.prefix { $0.isASCIILetter || $0.isASCIIDigit }
        rest = rest[word.endIndex...]
        return word
    }

    /// `{ text }`, without the white space at both ends.
    mutating func takeBraced() throws(ExpansionError) -> ArraySlice<UInt8> {
        skipSpace()
        guard isAt(.openBrace) else { throw .syntax("\"{\" expected at: \(place)") }
        guard let end = rest.closing() else { throw .syntax("\"}\" expected at: \(place)") }
        let inside = rest[(rest.startIndex + 1)..<end].trimmed
        rest = rest[(end + 1)...]
        skipSpace()
        return inside
    }

    /// `? {text}`, `? {text} : {text}`, `?text`, `: {text}` or `:text`, up to the end.
    mutating func takeBranches() throws(ExpansionError) -> Branches {
        let mark = first
        guard mark == .question || mark == .colon else {
            throw .syntax("\"?\" or \":\" expected at: \(place)")
        }
        rest = rest.dropFirst()
        guard rest.drop(while: \.isSpace).first == .openBrace else {
            return mark == .question ? Branches(holding: rest) : Branches(failing: rest)
        }
        let one = try takeBraced()
        guard mark == .question else {
            if !rest.isEmpty { throw .syntax("unexpected input at: \(place)") }
            return Branches(failing: one)
        }
        if rest.isEmpty { return Branches(holding: one) }
        guard isAt(.colon) else { throw .syntax("\":\" expected at: \(place)") }
        rest = rest.dropFirst()
        guard rest.drop(while: \.isSpace).first == .openBrace else {
            return Branches(holding: one, failing: rest)
        }
        let other = try takeBraced()
        if !rest.isEmpty { throw .syntax("unexpected input at: \(place)") }
        return Branches(holding: one, failing: other)
    }

    /// The texts to choose from; nil is nothing at all.
    struct Branches {
        var holding: ArraySlice<UInt8>?
        var failing: ArraySlice<UInt8>?

        func choose(_ holds: Bool) -> ArraySlice<UInt8>? { holds ? holding : failing }
    }
}

extension UInt8 {
    static let dollar = UInt8(ascii: "$")
    static let openBrace = UInt8(ascii: "{")
    static let openParenthesis = UInt8(ascii: "(")
    static let question = UInt8(ascii: "?")
    static let colon = UInt8(ascii: ":")

    /// Letters, digits and underscores: the names that an expression can hold.
    var isInParameterReference: Bool { isASCIILetter || isASCIIDigit || self == UInt8(ascii: "_") }
}

extension ArraySlice<UInt8> {
    /// Where the bracket that the slice begins with is closed again.
    func closing() -> Index? {
        guard let open = first else { return nil }
        let close = open == .openBrace ? UInt8(ascii: "}") : UInt8(ascii: ")")
        var depth = 0
        for index in indices {
            if self[index] == open { depth += 1 }
            if self[index] == close {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }
}
