import LookupTables

/// Column and connection disagree on the character set, or on how texts are compared: an index that is there is of no
/// use, or a strange address cannot be compared at all.
public struct KeyCollations: Rule {
    public static let name = "key-collations"
    public static let summary =
        "A column whose character set or type keeps lookups from its index, or makes them fail."
    public static let remedy = "the `ALTER TABLE` that the finding has, or compare the column itself"
    public static let worst = Finding.Severity.warning
    public static let cost = RuleCost.servers

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        var seen: Set<String> = []
        var findings: [Finding] = []
        for database in await setup.databases {
            for probed in database.maps {
                guard let inspection = probed.inspection, let column = inspection.column else { continue }
                let place = "\(column.table).\(column.name)"
                if let step = inspection.plan.first(where: \.isFullScan), let index = column.index,
                    seen.insert("\(place) \(index)").inserted
                {
                    findings.append(unused(index, probed, inspection, column, step, database))
                }
                if let failure = inspection.strangeKeyFailure, seen.insert(place).inserted {
                    findings.append(incomparable(probed, column, failure, database))
                }
            }
        }
        return findings
    }

    private func unused(
        _ index: String, _ probed: ProbedMap, _ inspection: MapInspection, _ column: MapInspection.KeyColumn,
        _ step: MapInspection.PlanStep, _ database: ProbedDatabase
    ) -> Finding {
        let isLarge = step.rows >= KeyIndices.manyRows
        return finding(
            isLarge ? .warning : .advice, "\(column.table).\(column.name)",
            "the index \(index) on \(column.table).\(column.name) is not used, so each lookup reads all \(step.rows) "
                + "rows: the statement compares something else than the column as it is",
            evidence: facts(column, database) + probed.evidence(of: "query")
                + [Evidence(place: "EXPLAIN", step.words)],
            cure:
                "compare the column itself (\(column.name) = '%s'), without a function or a conversion round it"
        )
    }

    private func incomparable(
        _ probed: ProbedMap, _ column: MapInspection.KeyColumn, _ failure: InspectionFailure,
        _ database: ProbedDatabase
    ) -> Finding {
        let charset = database.pool.login.charset
        return finding(
            .advice, "\(column.table).\(column.name)",
            "an address with a letter that \(column.charset) does not have cannot be compared with "
                + "\(column.table).\(column.name), and its mail waits for ever; with Postfix it stops all mail for a "
                + "minute",
            evidence: facts(column, database) + [
                Evidence(place: "key \(DatabaseProbe.strangeKey)", failure.description)
            ]
                + probed.evidence(of: "query"),
            cure: "let the column have all letters:",
            commands: [
                .init(
                    "ALTER TABLE \(column.table) MODIFY \(column.name) \(column.type) CHARACTER SET \(charset)"
                        + (column.isNullable ? ";" : " NOT NULL;"), in: .database(map: probed.map.specification))
            ])
    }

    private func facts(_ column: MapInspection.KeyColumn, _ database: ProbedDatabase) -> [Evidence] {
        let collation = column.collation.isEmpty ? "" : " COLLATE \(column.collation)"
        return [
            Evidence(place: "\(column.table).\(column.name)", "\(column.type)\(collation)"),
            Evidence(place: "connection", "charset = \(database.pool.login.charset)"),
        ]
    }
}
