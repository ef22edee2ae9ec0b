import LookupTables

/// What each `%s`, `%u`, … of a query stands in: quoting keeps a value inside `'…'`, and there only.
///
///     SELECT '%s', E'%u' FROM %d          plain, backslashed, outside
struct LiteralContexts: Hashable {
    enum Context: Hashable {
        /// `'…'`: two apostrophes are one, and a backslash is what the server's mode says.
        case plain
        /// `E'…'` and `U&'…'`: a backslash is an escape in every mode.
        case backslashed
        /// Anything else: bare, in a comment, in a quoted identifier, between `$$`.
        case outside
    }

    let contexts: [Context]

    init(of query: SQLQuery) {
        var text: [UInt8] = []
        var positions: [Int] = []
        query.write("v", into: &text) { _, text in
            positions.append(text.count)
            text.append(UInt8(ascii: "v"))
        }
        self.init(text, values: positions)
    }

    /// - Parameter positions: where values stand in the text, ascending.
    init(_ text: [UInt8], values positions: [Int]) {
        var scan = Scan(text: text)
        contexts = positions.map { position in
            while scan.index < position { scan.step() }
            // Something has swallowed its first byte: a backslash, say.
            return scan.index == position ? scan.context : .outside
        }
    }

    var areAllLiterals: Bool { !contexts.contains(.outside) }

    func hasBackslashes(at index: Int) -> Bool {
        contexts.indices.contains(index) && contexts[index] == .backslashed
    }

    /// Reads a statement token by token, as far as quotation marks and comments go: PostgreSQL's manual, 4.1.
    private struct Scan {
        private enum State: Equatable {
            case code, literal, escapes, identifier, lineComment
            case comment(depth: Int)
            case dollar(tag: ArraySlice<UInt8>)
        }

        let text: [UInt8]
        private(set) var index = 0
        private var state = State.code

        init(text: [UInt8]) { self.text = text }

        var context: Context {
            switch state {
            case .literal: .plain
            case .escapes: .backslashed
            default: .outside
            }
        }

        private var rest: ArraySlice<UInt8> { text[index...] }

        private mutating func enter(_ next: State, after count: Int) {
            state = next
            index += count
        }

        mutating func step() {
            switch state {
            case .code: stepInCode()
            case .literal where rest.starts(with: "''".utf8),
                .identifier where rest.starts(with: "\"\"".utf8),
                .escapes where rest.starts(with: "''".utf8) || rest.first == UInt8(ascii: "\\"):
                index += 2
            case .literal where rest.first == UInt8(ascii: "'"),
                .escapes where rest.first == UInt8(ascii: "'"),
                .identifier where rest.first == UInt8(ascii: "\""),
                .lineComment where rest.first == UInt8(ascii: "\n"):
                enter(.code, after: 1)
            case .comment(let depth) where rest.starts(with: "/*".utf8):
                enter(.comment(depth: depth + 1), after: 2)
            case .comment(let depth) where rest.starts(with: "*/".utf8):
                enter(depth == 1 ? .code : .comment(depth: depth - 1), after: 2)
            case .dollar(let tag) where rest.starts(with: tag):
                enter(.code, after: tag.count)
            default:
                index += 1
            }
        }

        private mutating func stepInCode() {
            if rest.first == UInt8(ascii: "'") {
                enter(isAfterEscapePrefix ? .escapes : .literal, after: 1)
            } else if rest.first == UInt8(ascii: "\"") {
                enter(.identifier, after: 1)
            } else if rest.starts(with: "--".utf8) {
                enter(.lineComment, after: 2)
            } else if rest.starts(with: "/*".utf8) {
                enter(.comment(depth: 1), after: 2)
            } else if rest.first == UInt8(ascii: "$"), !isInWord(before: index),
                let end = rest.dropFirst().firstIndex(where: { !Self.isWord($0) }),
                text[end] == UInt8(ascii: "$")
            {
                let tag = text[index...end]
                enter(.dollar(tag: tag), after: tag.count)
            } else {
                index += 1
            }
        }

        /// `E'` or `U&'`, where the letter is a word of its own.
        private var isAfterEscapePrefix: Bool {
            guard index > 0 else { return false }
            switch text[index - 1] {
            case UInt8(ascii: "E"), UInt8(ascii: "e"): return !isInWord(before: index - 1)
            case UInt8(ascii: "&"):
                return index > 1 && (text[index - 2] | 0x20) == UInt8(ascii: "u")
                    && !isInWord(before: index - 2)
            default: return false
            }
        }

        private func isInWord(before index: Int) -> Bool { index > 0 && Self.isWord(text[index - 1]) }

        private static func isWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
                true
            default:
                false
            }
        }
    }
}
