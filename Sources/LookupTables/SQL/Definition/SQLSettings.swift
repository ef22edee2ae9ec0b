/// The settings that all SQL kinds share: the query, what becomes of the answer, and for which domains to ask.
package struct SQLSettings {
    package static let names: Set<String> = [
        "query", "result_format", "domain", "expansion_limit",
        "table", "select_field", "where_field", "additional_conditions",
    ]

    let query: SQLQuery
    let domains: DomainList?
    let folding: KeyFolding

    /// - Parameters:
    ///   - dialect: of the server's SQL, for drivers that put questions together or list tables.
    ///   - olderQuery: stands in for a `query` that is not set.
    package init(
        _ settings: TableSettings, requiresResultSet: Bool = true, dialect: SQLDialect? = nil,
        olderQuery: String? = nil,
        opener: TableOpener
    ) throws(TableError) {
        let text = try Self.queryText(settings, olderQuery)
        let format = try settings.text("result_format", default: "%s")
        let place = settings.path.isEmpty ? settings.table : settings.path
        guard let template = ExpansionTemplate(text) else {
            throw TableError(
                "db_common_parse: \(place): Invalid query template: \(text)",
                cure: "\(settings.place(of: "query")): \(Self.percentCure)")
        }
        guard let resultFormat = ExpansionTemplate(format) else {
            throw TableError(
                "db_common_parse: \(place): Invalid result template: \(format)",
                cure: "\(settings.place(of: "result_format")): \(Self.percentCure)")
        }
        let limit = try settings.number("expansion_limit", default: 0)
        query = SQLQuery(
            table: settings.table, template: template, resultFormat: resultFormat,
            expansionLimit: limit > 0 ? limit : nil, requiresResultSet: requiresResultSet,
            dialect: dialect, logger: opener.logger)
        let domain = settings.text("domain") ?? ""
        domains = domain.isEmpty ? nil : try DomainList(domain, opener: opener)
        folding = opener.folding
    }

    private static let percentCure =
        "after a percent sign there may be s, u, d, S, U, D, 1 to 9 or another percent sign; write %% for the sign itself"

    /// `query`, or the statement that the older settings come to: mysql_table(5), "OBSOLETE QUERY INTERFACE".
    private static func queryText(
        _ settings: TableSettings, _ olderQuery: String?
    ) throws(TableError) -> String {
        if let query = settings.text("query"), !query.isEmpty { return query }
        if let olderQuery { return olderQuery }
        let table = try settings.required("table")
        let field = try settings.required("select_field")
        let key = try settings.required("where_field")
        return
            "SELECT \(field) FROM \(table) WHERE \(key) = '%s' \(settings.text("additional_conditions") ?? "")"
    }
}
