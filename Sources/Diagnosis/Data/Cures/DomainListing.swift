import LookupTables

/// How the database has a domain that a map does not find, and how it would have it.
struct DomainListing: Sendable {
    enum State: Sendable {
        /// There is no row for it.
        case missing
        /// There is a row, and a condition of the query keeps it back: `active = 1`.
        case heldBack
        /// That could not be found out.
        case unknown
    }

    let map: String
    private(set) var state = State.unknown
    /// The conditions of the query beside the key's, as SQL.
    let conditions: [String]
    /// Nothing in the table says that a domain is switched off, so one that is missing was never entered, or was
    /// taken out.
    private(set) var hasSwitch = true
    /// The row that is missing, or the change of the one that is kept back.
    private(set) var command: Finding.Command?
    /// Columns that a row must have and that only the operator can fill.
    private(set) var needed: [String] = []

    /// Nil where the map is no plain table of SQL.
    init?(_ map: SurveyedMap, _ domain: String) async {
        let cure = RowCure(map)
        guard let sql = map.sql, let statement = sql.plainStatement, let columns = cure.columns else { return nil }
        self.map = map.name
        conditions = statement.conditions
        let dialect = DatabaseProbe.dialect(of: String(map.name.prefix { $0 != ":" }))
        let table = String(columns.table.split(separator: ".").last ?? "").filter { !"`\"".contains($0) }
        let key = "\(columns.key) = \(cure.quoted(domain))"
        let seen = try? await sql.pool.inspect { connection throws(InspectionFailure) in
            (
                try connection.texts("SELECT 1 FROM \(columns.table) WHERE \(key)"),
                try dialect.columns(of: table, connection)
            )
        }
        guard let seen, !seen.1.isEmpty else { return }
        hasSwitch = !conditions.isEmpty || seen.1.contains { Self.isSwitch($0.name) }
        let values = Self.values(conditions)
        if seen.0.isEmpty {
            state = .missing
            let keyName = columns.key.filter { !"`\"".contains($0) }.lowercased()
            let given = Set(values.map { $0.column.lowercased() } + [keyName])
            needed = seen.1.filter { $0.isRequired && !given.contains($0.name.lowercased()) }.map(\.name)
            guard needed.isEmpty, values.count == conditions.count else { return }
            let names = [columns.key] + values.map(\.column)
            let texts = [cure.quoted(domain)] + values.map(\.value)
            command = cure.command(
                "INSERT INTO \(columns.table) (\(names.joined(separator: ", "))) "
                    + "VALUES (\(texts.joined(separator: ", ")));")
        } else {
            state = .heldBack
            guard !values.isEmpty, values.count == conditions.count else { return }
            let changes = values.map { "\($0.column) = \($0.value)" }.joined(separator: ", ")
            command = cure.command("UPDATE \(columns.table) SET \(changes) WHERE \(key);")
        }
    }

    /// The row of another domain renamed to this one.
    static func renaming(_ map: SurveyedMap, _ other: String, to domain: String) -> Finding.Command? {
        RowCure(map).rename(key: other, to: domain)
    }

    private static func isSwitch(_ column: String) -> Bool {
        let name = column.lowercased()
        return ["active", "enable", "disable", "status", "state", "deleted", "expire", "valid", "suspend", "locked"]
            .contains { name.contains($0) }
    }

    /// `active = '1'`: what a row must say to meet the conditions.
    private static func values(_ conditions: [String]) -> [(column: String, value: String)] {
        conditions.compactMap { condition in
            let sides = condition.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2 else { return nil }
            let (column, value) = (String(sides[0].trimmingBlanks), String(sides[1].trimmingBlanks))
            let isText = value.count >= 2 && value.hasPrefix("'") && value.hasSuffix("'")
            let isNumber = !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard RowCure.isName(column), isText || isNumber else { return nil }
            return (column, value)
        }
    }
}

/// A column of a table.
struct TableColumn: Hashable, Sendable {
    let name: String
    /// A row without a value for it is refused.
    let isRequired: Bool
}
