import LookupTables

/// PostgreSQL.
struct PostgreSQLDialect: DatabaseDialect {
    func capacity(
        _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> ProbedDatabase.Capacity? {
        let rows = try connection.texts(
            "SELECT current_setting('max_connections'), (SELECT sum(numbackends) FROM pg_stat_database), "
                + "(SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user)")
        guard let row = rows.first, let limit = row[0].flatMap({ Int($0) }) else { return nil }
        let userLimit = row[2].flatMap { Int($0) } ?? -1
        return .init(
            limit: limit, used: max(0, (row[1].flatMap { Int($0) } ?? 1) - 1),
            userLimit: userLimit >= 0 ? userLimit : nil)
    }

    func plan(
        of statement: String, _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> [MapInspection.PlanStep] {
        // A small table is read whole though it has an index; where that costs too much, the index shows.
        _ = try connection.texts("SET enable_seqscan = off")
        return try connection.texts("EXPLAIN \(statement)").compactMap { row in
            guard let line = row.first.flatMap({ $0 }), let scan = line.firstRange(of: "Seq Scan on ") else {
                return nil
            }
            let table = String(line[scan.upperBound...].prefix { $0 != " " })
            let rows = try? connection.texts("SELECT count(*) FROM \(table)")
            return .init(
                table: table, isFullScan: true,
                rows: rows?.first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0,
                words: line.trimmingPrefix { $0 == " " || $0 == "-" || $0 == ">" }.description)
        }
    }

    func column(
        _ column: MapInspection.KeyColumn, _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> MapInspection.KeyColumn? {
        let place =
            "table_name = \(RowCure.text(column.table)) AND column_name = \(RowCure.text(column.name))"
        let rows = try connection.texts(
            "SELECT data_type, is_nullable FROM information_schema.columns WHERE \(place)")
        guard let row = rows.first else { return nil }
        var column = column
        column.type = row[0] ?? ""
        column.isNullable = row[1] == "YES"
        let definitions = try connection.texts(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = \(RowCure.text(column.table))")
        column.index =
            definitions.first { row in
                let definition = row[1] ?? ""
                return definition.contains("(\(column.name)") || definition.contains("(\"\(column.name)")
            }?.first.flatMap { $0 }
        return column
    }

    func columns(
        of table: String, _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> [TableColumn] {
        try connection.texts(
            "SELECT column_name, CASE WHEN is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' "
                + "THEN 1 ELSE 0 END FROM information_schema.columns WHERE table_schema = current_schema() "
                + "AND table_name = \(RowCure.text(table))"
        ).map { TableColumn(name: $0[0] ?? "", isRequired: $0[1] == "1") }
    }

    func hint(for failure: InspectionFailure, _ connection: any InspectableConnection) -> String? {
        guard let name = quotedName(in: failure.description, mark: "\"") else { return nil }
        let column = failure.description.contains("column") ? "column_name" : "table_name"
        let names = try? connection.texts(
            "SELECT DISTINCT \(column) FROM information_schema.columns "
                + "WHERE table_schema NOT IN ('pg_catalog', 'information_schema')")
        return Likeness.nearest(
            to: name, in: (names ?? []).compactMap { $0.first.flatMap { $0 } }, atLeast: 0.6)
    }
}
