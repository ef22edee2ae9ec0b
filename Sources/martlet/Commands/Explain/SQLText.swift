import LookupTables

/// Texts for statements that a person copies: characters that nobody sees are written as numbers.
///
///     'john@example.org'    CONCAT('john@example.org', CHAR(13))    'john@example.org' || char(13)
struct SQLText {
    private let type: String

    /// - Parameter table: in the database that the statement is for.
    init(of table: any LookupTable) {
        type = String(table.name.prefix { $0 != ":" })
    }

    func literal(_ text: String) -> String {
        var parts: [String] = []
        var plain = ""
        for scalar in text.unicodeScalars {
            if scalar.isASCII, scalar.value >= 32, scalar.value != 127 {
                plain.unicodeScalars.append(scalar)
            } else if Self.isUnseen(scalar) {
                if !plain.isEmpty { parts.append(quoted(plain)) }
                plain = ""
                parts.append(number(scalar))
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
        if !plain.isEmpty || parts.isEmpty { parts.append(quoted(plain)) }
        guard parts.count > 1 else { return parts[0] }
        return type == "mysql" ? "CONCAT(\(parts.joined(separator: ", ")))" : parts.joined(separator: " || ")
    }

    private func quoted(_ text: String) -> String {
        var text = text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        // A sign of its own in MySQL alone.
        if type == "mysql" {
            text = text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
        }
        return "'\(text)'"
    }

    private func number(_ scalar: Unicode.Scalar) -> String {
        switch type {
        case "mysql":
            "CHAR(\(Array(String(scalar).utf8).map(String.init).joined(separator: ", ")) USING utf8mb4)"
        case "pgsql": "chr(\(scalar.value))"
        default: "char(\(scalar.value))"
        }
    }

    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || [.control, .format].contains(scalar.properties.generalCategory)
    }

    /// Characters that nobody sees, by their names: `john@example.org\r`.
    static func seen(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\r": "\\r"
            case "\n": "\\n"
            case "\t": "\\t"
            case " ": " "
            default: isUnseen(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
            }
        }.joined()
    }
}
