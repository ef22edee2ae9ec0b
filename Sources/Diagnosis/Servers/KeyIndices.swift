import LookupTables

/// No index on the column that a lookup asks for: the server reads the whole table for each address.
public struct KeyIndices: Rule {
    public static let name = "key-indices"
    public static let summary =
        "A lookup for which the server reads a whole table, since no index is there for it."
    public static let remedy = "the `CREATE INDEX` that the finding has"
    public static let worst = Finding.Severity.warning
    public static let cost = RuleCost.servers

    public init() {}

    /// From here on it is felt: a scan of so many rows takes milliseconds.
    static let manyRows = 10_000

    public func findings(in setup: Setup) async -> [Finding] {
        var seen: Set<String> = []
        var findings: [Finding] = []
        for database in await setup.databases {
            for probed in database.maps {
                guard let inspection = probed.inspection,
                    let step = inspection.plan.filter(\.isFullScan).max(by: { $0.rows < $1.rows }),
                    // With an index that is not used, the rule about collations has the word.
                    inspection.column?.index == nil,
                    seen.insert("\(inspection.column?.table ?? step.table).\(inspection.column?.name ?? "")")
                        .inserted
                else { continue }
                findings.append(finding(probed, inspection, step))
            }
        }
        return findings
    }

    private func finding(
        _ probed: ProbedMap, _ inspection: MapInspection, _ step: MapInspection.PlanStep
    ) -> Finding {
        let isLarge = step.rows >= Self.manyRows
        let place = inspection.column.map { "\($0.table).\($0.name)" } ?? "table \(step.table)"
        return finding(
            isLarge ? .warning : .advice, place,
            "each lookup of \(probed.map.parameters.joined(separator: ", ")) reads all \(step.rows) rows, since "
                + "there is no index on \(place)"
                + (isLarge ? "" : "; with so few rows that is no harm yet"),
            evidence: probed.evidence(of: "query")
                + [Evidence(place: "EXPLAIN", step.words), Evidence(place: "sent", inspection.statement)],
            cure: inspection.column == nil
                ? "make an index on the column of \(step.table) that the statement compares" : "make an index:",
            commands: inspection.column.map {
                [.init(Self.creation($0), in: .database(map: probed.map.specification))]
            } ?? [])
    }

    /// `CREATE INDEX virtual_aliases_source ON virtual_aliases (source);`
    static func creation(_ column: MapInspection.KeyColumn) -> String {
        // MySQL takes only the beginning of such a column into an index.
        let isLong = column.type.hasSuffix("text") && !column.charset.isEmpty
        return
            "CREATE INDEX \(column.table)_\(column.name) ON \(column.table) "
            + "(\(column.name)\(isLong ? "(191)" : ""));"
    }
}
