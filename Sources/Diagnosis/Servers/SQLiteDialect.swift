import LookupTables

/// SQLite.
struct SQLiteDialect: DatabaseDialect {
    func capacity(
        _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> ProbedDatabase.Capacity? { nil }

    func plan(
        of statement: String, _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> [MapInspection.PlanStep] {
        try connection.texts("EXPLAIN QUERY PLAN \(statement)").compactMap { row in
            guard let words = row.last.flatMap({ $0 }), words.hasPrefix("SCAN ") else { return nil }
            let table = words.dropFirst(5).trimmingPrefix("TABLE ").prefix { $0 != " " }
            let count = try? connection.texts("SELECT count(*) FROM \(table)")
            return .init(
                table: String(table), isFullScan: true,
                rows: count?.first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0, words: words)
        }
    }

    func column(
        _ column: MapInspection.KeyColumn, _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> MapInspection.KeyColumn? {
        let rows = try connection.texts(
            "SELECT type, \"notnull\" FROM pragma_table_info(\(RowCure.text(column.table))) "
                + "WHERE lower(name) = lower(\(RowCure.text(column.name)))")
        guard let row = rows.first else { return nil }
        var column = column
        column.type = row[0] ?? ""
        column.isNullable = row[1] == "0"
        let indices = try connection.texts(
            "SELECT i.name FROM pragma_index_list(\(RowCure.text(column.table))) i, pragma_index_info(i.name) c "
                + "WHERE c.seqno = 0 AND lower(c.name) = lower(\(RowCure.text(column.name)))")
        column.index = indices.first?.first.flatMap { $0 }
        return column
    }

    func columns(
        of table: String, _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> [TableColumn] {
        // An INTEGER PRIMARY KEY numbers itself.
        try connection.texts(
            "SELECT name, \"notnull\" AND dflt_value IS NULL AND NOT (pk AND upper(type) = 'INTEGER') "
                + "FROM pragma_table_info(\(RowCure.text(table)))"
        ).map { TableColumn(name: $0[0] ?? "", isRequired: $0[1] == "1") }
    }

    func hint(for failure: InspectionFailure, _ connection: any InspectableConnection) -> String? {
        // `no such column: sauce`, `no such table: virtual_alias`
        guard failure.description.hasPrefix("no such "),
            let name = failure.description.split(separator: ": ").last
        else { return nil }
        let isTable = failure.description.hasPrefix("no such table")
        let names = try? connection.texts(
            isTable
                ? "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
                : "SELECT DISTINCT c.name FROM sqlite_master m, pragma_table_info(m.name) c")
        return Likeness.nearest(
            to: String(name), in: (names ?? []).compactMap { $0.first.flatMap { $0 } }, atLeast: 0.6)
    }
}
