import LookupTables

/// MySQL and MariaDB.
struct MySQLDialect: DatabaseDialect {
    func capacity(
        _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> ProbedDatabase.Capacity? {
        let limits = try connection.texts(
            "SELECT @@GLOBAL.max_connections, @@SESSION.max_user_connections, CURRENT_USER()")
        let threads = try connection.texts("SHOW GLOBAL STATUS LIKE 'Threads_connected'")
        guard let row = limits.first, let limit = row[0].flatMap({ Int($0) }),
            let used = threads.first?.last.flatMap({ $0 }).flatMap({ Int($0) })
        else { return nil }
        let userLimit = row[1].flatMap { Int($0) } ?? 0
        // One of them is this look.
        return .init(
            limit: limit, used: max(0, used - 1), userLimit: userLimit > 0 ? userLimit : nil,
            account: row[2].flatMap(Self.account))
    }

    /// `'mailserver'@'%'` of `mailserver@%`.
    private static func account(_ text: String) -> String? {
        guard let at = text.lastIndex(of: "@") else { return nil }
        return RowCure.text(String(text[..<at])) + "@" + RowCure.text(String(text[text.index(after: at)...]))
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

    func columns(
        of table: String, _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> [TableColumn] {
        try connection.texts(
            "SELECT COLUMN_NAME, IS_NULLABLE = 'NO' AND COLUMN_DEFAULT IS NULL AND EXTRA NOT LIKE '%auto_increment%' "
                + "FROM information_schema.COLUMNS "
                + "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = \(RowCure.text(table))"
        ).map { TableColumn(name: $0[0] ?? "", isRequired: $0[1] == "1") }
    }

    func hint(for failure: InspectionFailure, _ connection: any InspectableConnection) -> String? {
        if failure.isMissingPrivilege {
            return (try? connection.texts("SELECT CURRENT_USER()"))?.first?.first.flatMap { $0 }
                .flatMap(Self.account)
        }
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
