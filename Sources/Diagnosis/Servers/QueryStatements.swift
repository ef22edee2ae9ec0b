import LookupTables

/// The server does not understand a map's statement: a table or column that is not there, a word too much.
public struct QueryStatements: Rule {
    public static let name = "query-statements"
    public static let summary =
        "A map's statement that the server refuses: no such column or table, or a syntax error."
    public static let remedy = "correct the query; the finding has the name that was probably meant"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.servers

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        await setup.databases.flatMap { database in
            database.maps.compactMap { finding($0, database) }
        }
    }

    private func finding(_ probed: ProbedMap, _ database: ProbedDatabase) -> Finding? {
        guard let inspection = probed.inspection, let failure = inspection.failure, failure.step == .statement
        else { return nil }
        let map = probed.map
        return finding(
            .error, map.specification,
            "the server refuses the statement of \(map.parameters.joined(separator: ", ")): \(failure.description)",
            evidence: probed.evidence(of: "query", "table", "select_field", "where_field")
                + [
                    Evidence(place: "sent", inspection.statement),
                    Evidence(place: database.pool.hosts.first?.description, failure.description),
                ],
            cure: cure(probed, inspection, failure, database),
            commands: failure.isMissingPrivilege ? [grant(probed, inspection, failure, database)] : [],
            disables: [map.specification])
    }

    private func grant(
        _ probed: ProbedMap, _ inspection: MapInspection, _ failure: InspectionFailure,
        _ database: ProbedDatabase
    ) -> Finding.Command {
        let login = database.pool.login
        let account = inspection.hint ?? failure.account ?? "'\(login.user)'@'127.0.0.1'"
        return .init(
            "GRANT SELECT ON \(login.database).* TO \(account);",
            in: .database(map: probed.map.specification))
    }

    private func cure(
        _ probed: ProbedMap, _ inspection: MapInspection, _ failure: InspectionFailure,
        _ database: ProbedDatabase
    ) -> String {
        let place = probed.map.isFile ? probed.map.name : "main.cf"
        if failure.isMissingPrivilege { return "let the user read there:" }
        if let hint = inspection.hint { return "did you mean \(hint)? Correct the query in \(place)" }
        return
            "correct the query in \(place); try it with: martlet postmap -q KEY \(probed.map.specification)"
    }
}
