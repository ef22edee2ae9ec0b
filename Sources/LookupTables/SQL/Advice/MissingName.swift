/// A name in a statement that the server does not find.
///
///     Unknown column 'emailx' in 'where clause'          (MySQL)
///     ERROR: relation "virtual_user" does not exist      (PostgreSQL)
///     no such column: emailx                             (SQLite)
enum MissingName: Hashable {
    case column(String)
    case table(String)

    /// - Parameters:
    ///   - type: `mysql`, `pgsql`, `sqlite`.
    ///   - words: the server's.
    ///   - statement: a name that is not in it is not the one.
    init?(_ words: String, of type: String, in statement: StatementNames) {
        let found: String?
        var isTable: Bool?
        switch type {
        case "sqlite":
            if let range = words.firstRange(of: "no such column: ") {
                (found, isTable) = (String(words[range.upperBound...]), false)
            } else if let range = words.firstRange(of: "no such table: ") {
                (found, isTable) = (String(words[range.upperBound...]), true)
            } else {
                return nil
            }
        case "mysql":
            guard words.contains("Unknown column") || words.contains("doesn't exist") else { return nil }
            found = words.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false).dropFirst()
                .first
                .map(String.init)
            isTable = !words.contains("Unknown column")
        case "pgsql":
            // In the language of the server; a syntax error has its name in each.
            guard !words.lowercased().contains("synta") else { return nil }
            found = Self.quoted(in: words) ?? Self.word(behind: "column ", in: words)
        default: return nil
        }
        guard let name = found.flatMap(StatementNames.last), statement.words.contains(name.lowercased())
        else {
            return nil
        }
        let namesTable = isTable ?? statement.tables.contains { $0.lowercased() == name.lowercased() }
        self = namesTable ? .table(name) : .column(name)
    }

    private static func quoted(in words: String) -> String? {
        let marks: Set<Character> = ["\"", "\u{201c}", "\u{201d}", "\u{201e}", "\u{ab}", "\u{bb}"]
        let parts = words.split(
            maxSplits: 2, omittingEmptySubsequences: false, whereSeparator: marks.contains)
        return parts.count == 3 ? parts[1].trimmingBlanks : nil
    }

    private static func word(behind mark: String, in words: String) -> String? {
        words.firstRange(of: mark).map { String(words[$0.upperBound...].prefix { $0 != " " }) }
    }
}

extension Substring {
    /// As some languages have blanks inside of their quotation marks.
    fileprivate var trimmingBlanks: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
