/// A statement's text with a parameter in place of every string literal.
///
///     SELECT goto FROM aliases WHERE address = 'jack@example.org'
///     SELECT goto FROM aliases WHERE address = ?            ["jack@example.org"]
///
/// Statements of one template come to the same text, so SQLite prepares it once. A literal and a bound text mean
/// the same wherever both are allowed; where only a literal is (`AS 'name'`), preparing fails and the caller
/// sends the plain statement.
struct BoundStatement {
    private(set) var sql: [UInt8] = []
    private(set) var values: [String] = []

    private static let apostrophe = UInt8(ascii: "'")

    /// Nil where the text holds anything whose quotation marks mean something else: comments, identifiers in
    /// quotation marks, blob literals, parameters of its own, or a second statement.
    init?(_ statement: [UInt8]) {
        var index = 0
        while index < statement.count {
            let byte = statement[index]
            switch byte {
            case Self.apostrophe:
                if let last = sql.last, last == UInt8(ascii: "x") || last == UInt8(ascii: "X") { return nil }
                guard let value = Self.literal(statement, &index) else { return nil }
                values.append(value)
                sql.append(UInt8(ascii: "?"))
                continue
            case UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "["), UInt8(ascii: "?"),
                UInt8(ascii: ":"),
                UInt8(ascii: "@"), UInt8(ascii: "$"), UInt8(ascii: "#"):
                return nil
            case UInt8(ascii: ";")
            where !statement[(index + 1)...].allSatisfy({ $0 == 0x20 || $0 == UInt8(ascii: ";") }):
                return nil
            case UInt8(ascii: "-") where statement.dropFirst(index + 1).first == UInt8(ascii: "-"),
                UInt8(ascii: "/") where statement.dropFirst(index + 1).first == UInt8(ascii: "*"):
                return nil
            default:
                sql.append(byte)
            }
            index += 1
        }
    }

    /// Reads `'…'` with `''` for an apostrophe, and moves behind it.
    private static func literal(_ statement: [UInt8], _ index: inout Int) -> String? {
        var value: [UInt8] = []
        index += 1
        while index < statement.count {
            if statement[index] == apostrophe {
                index += 1
                guard index < statement.count, statement[index] == apostrophe else {
                    return String(decoding: value, as: UTF8.self)
                }
            }
            value.append(statement[index])
            index += 1
        }
        return nil
    }
}
