import PostfixConfig

/// What a line of a source says.
public enum SourceRecord: Equatable, Sendable {
    /// - remark: what is odd about it, in Postfix's words.
    case entry(key: [UInt8], value: [UInt8], remark: String? = nil)
    /// Nothing that could be used; in Postfix's words.
    case mistake(String)
}

/// The two forms that sources have.
public enum SourceForm: Sendable {
    /// `key whitespace value`: postmap(1).
    case map
    /// `name: value, value`: aliases(5).
    case aliases

    /// Reads a logical line.
    ///
    /// - Parameter checksUTF8: a line that is no UTF-8 is a mistake.
    public func record(of line: [UInt8], checksUTF8: Bool) -> SourceRecord {
        if checksUTF8, !Self.isUTF8(line) {
            return .mistake("non-UTF-8 input \"\(PrintableText.of(line))\" -- ignoring this line")
        }
        switch self {
        case .map: return MapRecord.read(line)
        case .aliases: return AliasRecord.read(line)
        }
    }

    private static func isUTF8(_ line: [UInt8]) -> Bool {
        line.allSatisfy { $0 < 0x80 } || String(validating: line, as: UTF8.self) != nil
    }
}

/// `key whitespace value`; a key in double quotes may hold white space, and its quotes are part of it.
enum MapRecord {
    static func read(_ line: [UInt8]) -> SourceRecord {
        guard let end = TextFileSource.keyEnd(line) else {
            return .mistake("unbalanced '\"' in '\(PrintableText.of(line))' -- ignoring this line")
        }
        let (key, value) = (Array(line[..<end]), Array(line[end...].trimmed))
        guard !key.isEmpty, !value.isEmpty else { return .mistake("expected format: key whitespace value") }
        let remark =
            key.last == UInt8(ascii: ":") ? "record is in \"key: value\" format; is this an alias file?" : nil
        return .entry(key: key, value: value, remark: remark)
    }
}
