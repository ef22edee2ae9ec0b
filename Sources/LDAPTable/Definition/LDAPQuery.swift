import CLDAP
import Logging
import LookupTables

/// What one map asks a directory, and what becomes of the answer: ldap_table(5).
final class LDAPQuery: ServerQuery {
    let rules: MapRules
    let base: ExpansionTemplate
    let filter: ExpansionTemplate
    let scope: Int32
    let attributes: ResultAttributes
    /// How deep entries may refer to entries, the first search counted.
    let recursionLimit: Int
    /// The most entries of one search; nil is no limit.
    let sizeLimit: Int?

    static let names: Set<String> = [
        "search_base", "query_filter", "result_filter", "scope", "result_attribute",
        "special_result_attribute", "terminal_result_attribute", "leaf_result_attribute", "recursion_limit",
        "size_limit",
    ]

    init(_ settings: TableSettings, opener: TableOpener) throws(TableError) {
        let logger = opener.logger
        let base = settings.text("search_base") ?? ""
        let filter = settings.text("query_filter") ?? "(mailacceptinggeneralid=%s)"
        guard let baseTemplate = ExpansionTemplate(base) else {
            throw settings.mistake("db_common_parse: Invalid query template", "search_base", base)
        }
        guard let filterTemplate = ExpansionTemplate(filter) else {
            throw settings.mistake("db_common_parse: Invalid query template", "query_filter", filter)
        }
        if filterTemplate.isFixed {
            logger.warning(
                "dict_ldap_open: \(settings.table): Fixed query_filter \(filter) is probably useless")
        }
        self.base = baseTemplate
        self.filter = filterTemplate
        let format = settings.text("result_format") ?? settings.text("result_filter") ?? "%s"
        let limit = try settings.number("expansion_limit", default: 0)
        rules = try MapRules(
            settings, templates: [baseTemplate, filterTemplate], resultFormat: format, expansionLimit: limit,
            opener: opener)
        scope = try Self.scope(settings, logger: logger)
        func names(_ setting: String, default value: String = "") -> [String] {
            (settings.text(setting) ?? value).split { $0 == "," || $0.isWhitespace }.map(String.init)
        }
        attributes = ResultAttributes(
            terminal: names("terminal_result_attribute"), leaf: names("leaf_result_attribute"),
            ordinary: names("result_attribute", default: "maildrop"),
            special: names("special_result_attribute"))
        recursionLimit = try settings.number("recursion_limit", default: 1000)
        guard recursionLimit > 0 else {
            throw settings.mistake("must be at least 1", "recursion_limit", "\(recursionLimit)")
        }
        let size = try settings.number("size_limit", default: limit)
        guard size <= Int32.max else { throw settings.mistake("is too large", "size_limit", "\(size)") }
        sizeLimit = size > 0 ? size : nil
    }

    private static func scope(_ settings: TableSettings, logger: Logger) throws(TableError) -> Int32 {
        let text = try settings.text("scope", default: "sub")
        switch text.lowercased() {
        case "one": return LDAP_SCOPE_ONELEVEL
        case "base": return LDAP_SCOPE_BASE
        case "sub": return LDAP_SCOPE_SUBTREE
        default:
            logger.warning(
                "dict_ldap_open: \(settings.table): Unrecognized value \(text) specified for scope; using sub"
            )
            return LDAP_SCOPE_SUBTREE
        }
    }

    /// The search that answers for a key.
    func search(for key: String) -> SearchRequest {
        key.withBytes { bytes in
            let key = SplitValue(bytes)
            var (base, filter): ([UInt8], [UInt8]) = ([], [])
            self.base.fill(with: key, into: &base, quote: LDAPQuoting.nameValue)
            self.filter.fill(with: key, into: &filter, quote: LDAPQuoting.filterValue)
            return SearchRequest(base: base, scope: scope, filter: filter, attributes: attributes.all)
        }
    }
}

extension ExpansionTemplate {
    /// Whether it is the same for every key.
    var isFixed: Bool { parts.allSatisfy { if case .text = $0 { true } else { false } } }
}
