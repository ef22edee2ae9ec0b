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

    /// The columns of a table; none where there is no such table.
    func columns(
        of table: String, _ connection: any InspectableConnection
    ) throws(InspectionFailure) -> [TableColumn]

    /// The name that was probably meant by one that is not there; of a user who may not look, the account.
    func hint(for failure: InspectionFailure, _ connection: any InspectableConnection) -> String?
}

extension DatabaseDialect {
    /// The first text between marks in the server's words: `Unknown column 'sauce' in 'where clause'`.
    func quotedName(in words: String, mark: Character = "'") -> String? {
        let parts = words.split(separator: mark, maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? String(parts[1].split(separator: ".").last ?? "") : nil
    }
}
