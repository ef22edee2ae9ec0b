/// A row that somebody would take for the key's, and a lookup does not find.
package struct NearRow: Hashable, Sendable {
    package enum Difference: Hashable, Sendable {
        /// It has the key to the letter: another condition of the statement keeps it out.
        case condition
        /// It has capital letters, and keys are asked in lower case.
        case capitals
        /// It has blanks, or characters that nobody sees, before or behind the key.
        case blanks
    }

    /// As it is stored.
    package let key: String
    package let difference: Difference
    /// What stands between FROM and WHERE: `virtual_users`.
    package let source: String
    /// `email`
    package let column: String
    /// What the map's statement asks for beside the key, as SQL: `active = 1`.
    package let conditions: [String]
}

extension SQLTable {
    /// Looks for a key that was not found among all rows, whatever blanks, capital letters and conditions keep it out.
    ///
    /// Reads the whole table, for three seconds at most, over a connection of its own: for people who wonder, not for
    /// mail.
    ///
    /// - Returns: nil where there is no such row, or the statement cannot be understood.
    package func nearRow(of key: String) async -> NearRow? {
        guard let statement = plainStatement, let column = statement.keyExpressions.first,
            let template = ExpansionTemplate(
                "SELECT \(Self.literal(column)) FROM \(Self.literal(statement.source)) "
                    + "WHERE LOWER(\(Self.literal(column))) LIKE '%%%s%%'")
        else { return nil }
        let wanted = folding.fold(key)
        let wide = SQLQuery(
            table: name, template: template, resultFormat: query.resultFormat, expansionLimit: nil,
            requiresResultSet: true, logger: query.logger)
        let rows = try? await pool.inspect { connection throws(InspectionFailure) in
            var rows: [String] = []
            try connection.inspect(connection.statement(of: wide, for: wanted), time: .seconds(3)) {
                columns in
                if let text = columns.first.flatMap({ $0 }) {
                    rows.append(String(decoding: text, as: UTF8.self))
                }
                return rows.count < 100
            }
            return rows
        }
        for row in rows ?? [] where Self.bare(row).lowercased() == wanted {
            let difference: NearRow.Difference =
                Self.bare(row) != row ? .blanks : row == wanted ? .condition : .capitals
            return NearRow(
                key: row, difference: difference, source: statement.source, column: column,
                conditions: statement.conditions)
        }
        return nil
    }

    private static func literal(_ text: String) -> String {
        text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
    }

    /// Without blanks and what nobody sees at both ends.
    private static func bare(_ text: String) -> String {
        func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || [.control, .format].contains(scalar.properties.generalCategory)
        }
        var scalars = Substring(text).unicodeScalars
        while let first = scalars.first, isInvisible(first) { scalars.removeFirst() }
        while let last = scalars.last, isInvisible(last) { scalars.removeLast() }
        return String(scalars)
    }
}
