import PostfixConfig

/// `{ text }`: what stands between a pair of braces, white space beside them left away.
enum Braces {
    enum Mistake: Error, CustomStringConvertible {
        case unopened(String)
        case unclosed(String)
        case textAfter(String)

        var description: String {
            switch self {
            case .unopened(let text): "no '{' at start of text in \"\(text)\""
            case .unclosed(let text): "missing '}' in \"\(text)\""
            case .textAfter(let text): "syntax error after '}' in \"\(text)\""
            }
        }
    }

    static func inside(_ text: String) throws(Mistake) -> String {
        guard text.utf8.first == UInt8(ascii: "{") else { throw .unopened(text) }
        var depth = 0
        let bytes = text.utf8
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "{") { depth += 1 }
            guard bytes[index] == UInt8(ascii: "}") else { continue }
            depth -= 1
            guard depth == 0 else { continue }
            guard text[bytes.index(after: index)...].trimmed.isEmpty else { throw .textAfter(text) }
            return text[bytes.index(after: bytes.startIndex)..<index].trimmed
        }
        throw .unclosed(text)
    }
}
