import LookupTables

/// How one kind of database is asked about itself.
protocol DatabaseDialect: Sendable {
    /// How many connections it takes; nil where there is no such limit.
    func capacity(_ connection: any InspectableConnection) throws(InspectionFailure) -> ProbedDatabase
        .Capacity?

    /// How it would answer the statement.
    func plan(
        of statement: String, _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> [MapInspection.PlanStep]

    /// What it knows of a column; nil where there is no such column.
    func column(
        _ column: MapInspection.KeyColumn, _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> MapInspection.KeyColumn?

    /// The name that was probably meant by one that is not there.
    func hint(for failure: InspectionFailure, _ connection: any InspectableConnection) -> String?
}

extension DatabaseDialect {
    /// The first text between marks in the server's words: `Unknown column 'sauce' in 'where clause'`.
    func quotedName(in words: String, mark: Character = "'") -> String? {
        let parts = words.split(separator: mark, maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? String(parts[1].split(separator: ".").last ?? "") : nil
    }
}

/// MySQL and MariaDB.
struct MySQLDialect: DatabaseDialect {
    func capacity(
        _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> ProbedDatabase.Capacity? {
        let limits = try connection.texts("SELECT @@GLOBAL.max_connections, @@SESSION.max_user_connections")
        let threads = try connection.texts("SHOW GLOBAL STATUS LIKE 'Threads_connected'")
        guard let row = limits.first, let limit = row[0].flatMap({ Int($0) }),
            let used = threads.first?.last.flatMap({ $0 }).flatMap({ Int($0) })
        else { return nil }
        let userLimit = row[1].flatMap { Int($0) } ?? 0
        // One of them is this look.
        return .init(limit: limit, used: max(0, used - 1), userLimit: userLimit > 0 ? userLimit : nil)
    }

    func plan(
        of statement: String, _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> [MapInspection.PlanStep] {
        // id, select_type, table, (partitions,) type, possible_keys, key, key_len, ref, rows, (filtered,) Extra
        try connection.texts("EXPLAIN \(statement)").compactMap { row in
            let hasPartitions = row.count > 10
            let offset = hasPartitions ? 1 : 0
            guard row.count >= 10, let table = row[2], let type = row[3 + offset] else { return nil }
            let rows = row[8 + offset].flatMap { Int($0) } ?? 0
            let isScan = (type == "ALL" || type == "index") && row[4 + offset] == nil
            return .init(
                table: table, isFullScan: isScan, rows: rows,
                words: "table \(table), type \(type), possible_keys \(row[4 + offset] ?? "NULL"), "
                    + "key \(row[5 + offset] ?? "NULL"), rows \(rows)")
        }
    }

    func column(
        _ column: MapInspection.KeyColumn, _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> MapInspection.KeyColumn? {
        let place =
            "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = \(RowCure.text(column.table)) "
            + "AND COLUMN_NAME = \(RowCure.text(column.name))"
        let rows = try connection.texts(
            "SELECT COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, IS_NULLABLE "
                + "FROM information_schema.COLUMNS WHERE \(place)")
        guard let row = rows.first else { return nil }
        var column = column
        column.type = row[0] ?? ""
        column.charset = row[1] ?? ""
        column.collation = row[2] ?? ""
        column.isNullable = row[3] == "YES"
        let indices = try connection.texts(
            "SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE \(place) AND SEQ_IN_INDEX = 1")
        column.index = indices.first?.first.flatMap { $0 }
        return column
    }

    func hint(for failure: InspectionFailure, _ connection: any InspectableConnection) -> String? {
        guard let name = quotedName(in: failure.description) else { return nil }
        let statement: String
        switch failure.code {
        case 1054:
            statement =
                "SELECT DISTINCT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
        case 1146:
            statement = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
        default: return nil
        }
        let names = (try? connection.texts(statement))?.compactMap { $0.first.flatMap { $0 } } ?? []
        return Likeness.nearest(to: name, in: names, atLeast: 0.6)
    }
}

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
