import PostfixConfig

/// The right-hand side of a pattern: text with `$1`, `${1}`, `$(1)` for what a group matched, `$$` for a dollar sign.
struct Replacement: Sendable {
    private enum Part: Sendable {
        case text([UInt8])
        case group(Int)
    }

    private var parts: [Part] = []
    /// The highest group that is named; 0 where there is none.
    private(set) var highestGroup = 0

    enum Mistake: Error {
        /// What Postfix says before it names the line.
        case syntax(String)
        case notNumeric(String)
        case zero(String)
    }

    init(_ text: ArraySlice<UInt8>) throws(Mistake) {
        var rest = text
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            append(rest[..<dollar])
            rest = rest[(dollar + 1)...]
            if rest.first == UInt8(ascii: "$") {
                append(rest.prefix(1))
                rest = rest.dropFirst()
                continue
            }
            let name = try Self.name(&rest, of: text)
            let shown = String(decoding: name, as: UTF8.self)
            guard name.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .notNumeric(shown) }
            // A number that C's atoi() could not hold names no group either.
            let group = Int(shown).flatMap { Int32(exactly: $0) }.map(Int.init) ?? Int(Int32.max)
            guard group > 0 else { throw .zero(shown) }
            parts.append(.group(group))
            highestGroup = max(highestGroup, group)
        }
        append(rest)
    }

    private mutating func append(_ text: ArraySlice<UInt8>) {
        if !text.isEmpty { parts.append(.text(Array(text))) }
    }

    /// Takes what follows a dollar sign: `1`, `{1}`, `(1)`.
    private static func name(
        _ rest: inout ArraySlice<UInt8>, of text: ArraySlice<UInt8>
    ) throws(Mistake) -> ArraySlice<UInt8> {
        func shown() -> String { String(decoding: text, as: UTF8.self) }
        let name: ArraySlice<UInt8>
        switch rest.first {
        case UInt8(ascii: "{"), UInt8(ascii: "("):
            let open = rest[rest.startIndex]
            let close = open == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")")
            var depth = 0
            let end = rest.firstIndex { byte in
                if byte == open { depth += 1 }
                if byte == close { depth -= 1 }
                return depth == 0
            }
            guard let end else { throw .syntax("truncated macro reference: \"\(shown())\"") }
            name = rest[(rest.startIndex + 1)..<end]
            rest = rest[(end + 1)...]
        default:
            name = rest.prefix { $0.isAlphanumeric || $0 == UInt8(ascii: "_") }
            rest = rest[name.endIndex...]
        }
        guard !name.isEmpty else { throw .syntax("empty macro name: \"\(shown())\"") }
        return name
    }

    /// - Parameter groups: where each group stands in the key; one that took no part is empty.
    func filled(from key: UnsafeBufferPointer<UInt8>, _ groups: [Range<Int>?]) -> [UInt8] {
        var result: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .group(let number): if let range = groups[number - 1] { result += key[range] }
            }
        }
        return result
    }
}
