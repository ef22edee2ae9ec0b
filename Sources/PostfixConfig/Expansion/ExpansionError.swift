/// Why a value's `$name` expressions cannot be expanded, in Postfix's words where it has some.
public enum ExpansionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The expression is not in the language; `text` says what and where.
    case syntax(String)
    /// Parameters that name each other in a ring, or a chain of them that is too long.
    case nesting([String])
    /// The text grew past what a value may be: ``Expander/lengthLimit``.
    case tooLong

    public var description: String {
        switch self {
        case .syntax(let text): text
        case .nesting(let names):
            "the value depends on itself: " + names.map { "$" + $0 }.joined(separator: " -> ")
        case .tooLong: "the value is longer than \(Expander.lengthLimit) bytes when $name is expanded"
        }
    }
}
