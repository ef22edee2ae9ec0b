import PostfixConfig

extension SQLTable {
    /// What there is in the database, where a statement names a column or a table that is not there.
    ///
    ///     virtual_users has: id, domain_id, email, password. Did you mean email?
    ///
    /// Puts one question, over a connection of its own: for people who wait for the answer, not for mail.
    ///
    /// - Parameter failure: of a lookup in this table.
    /// - Returns: nil where the failure is about something else, or nobody can tell.
    package func advice(on failure: LookupFailure) async -> String? {
        guard failure.cause == .statement,
            let catalogue = SchemaQuestions(type: String(name.prefix { $0 != ":" }))
        else { return nil }
        let names = StatementNames(query.template.text)
        guard let missing = MissingName(failure.reason, of: catalogue.type, in: names) else { return nil }
        let statement: String
        switch missing {
        case .column:
            guard !names.tables.isEmpty else { return nil }
            statement = catalogue.columns(of: names.tables)
        case .table: statement = catalogue.tables
        }
        let rows = try? await pool.inspect { connection throws(InspectionFailure) in
            try connection.texts(statement, time: .seconds(3), limit: SchemaQuestions.limit)
        }
        guard let rows else { return nil }
        switch missing {
        case .column(let name): return Self.advice(onColumn: name, rows, names.tables)
        case .table(let name): return Self.advice(onTable: name, rows)
        }
    }

    private static func advice(onColumn name: String, _ rows: [[String?]], _ tables: [String]) -> String? {
        var columns: [String: [String]] = [:]
        for row in rows where row.count == 2 {
            if let table = row[0], let column = row[1] {
                columns[table.lowercased(), default: []].append(column)
            }
        }
        let known = tables.filter { columns[$0.lowercased()] != nil }
        guard !known.isEmpty else { return nil }
        let lists = known.map { "\($0) has: \(list(columns[$0.lowercased()] ?? []))" }
        return lists.joined(separator: "; ")
            + question(name, known.flatMap { columns[$0.lowercased()] ?? [] })
    }

    private static func advice(onTable name: String, _ rows: [[String?]]) -> String {
        let tables = rows.compactMap { $0.first.flatMap { $0 } }
        guard !tables.isEmpty else { return "the database has no tables that this user may see" }
        return "the database has these tables: \(list(tables))\(question(name, tables))"
    }

    private static func list(_ names: [String]) -> String {
        let more = names.count > 30 ? " and \(names.count - 30) more" : ""
        return names.prefix(30).joined(separator: ", ") + more
    }

    private static func question(_ name: String, _ names: [String]) -> String {
        let folded = names.map { $0.lowercased() }
        guard let near = Spelling.nearest(to: name.lowercased(), in: folded),
            let index = folded.firstIndex(of: near)
        else { return "" }
        return ". Did you mean \(names[index])?"
    }
}

/// How one kind of database is asked for its tables and their columns.
private struct SchemaQuestions {
    let type: String
    static let limit = 300

    init?(type: String) {
        guard ["mysql", "pgsql", "sqlite"].contains(type) else { return nil }
        self.type = type
    }

    var tables: String {
        switch type {
        case "sqlite":
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name LIMIT \(Self.limit)"
        case "pgsql":
            "SELECT table_name FROM information_schema.tables "
                + "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 LIMIT \(Self.limit)"
        default:
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() "
                + "ORDER BY TABLE_NAME LIMIT \(Self.limit)"
        }
    }

    /// Rows of table and column.
    ///
    /// - Parameter names: letters, digits and underscores alone, so that nothing has to be quoted in them.
    func columns(of names: [String]) -> String {
        let list = names.map { "'\($0.lowercased())'" }.joined(separator: ", ")
        switch type {
        case "sqlite":
            return "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c "
                + "WHERE lower(m.name) IN (\(list)) ORDER BY m.name, c.cid LIMIT \(Self.limit)"
        case "pgsql":
            return "SELECT table_name, column_name FROM information_schema.columns "
                + "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND lower(table_name) IN (\(list)) "
                + "ORDER BY table_name, ordinal_position LIMIT \(Self.limit)"
        default:
            return "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS "
                + "WHERE TABLE_SCHEMA = DATABASE() AND lower(TABLE_NAME) IN (\(list)) "
                + "ORDER BY TABLE_NAME, ORDINAL_POSITION LIMIT \(Self.limit)"
        }
    }
}
