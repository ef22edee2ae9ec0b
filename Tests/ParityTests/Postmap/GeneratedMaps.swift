import Peers

/// Definitions and rows that try every corner of mysql_table(5), pgsql_table(5) and sqlite_table(5).
struct GeneratedMaps {
    enum Dialect: String { case mysql, pgsql, sqlite }

    var generator: SeededGenerator
    let dialect: Dialect

    static let values: [String?] = [
        nil, "", "x", "u@d.e", "@f.g", "p@", "a,b", "with space", "100%", "%s", "ü@ö.de", "quote'\"",
        "back\\slash", "@", "a@b@c.d", "lmtp:unix:private/dovecot", "1", "日本@例.jp", " lead", "trail ",
        "a@b,c@d",
    ]

    /// Rows of `t(k, v, w)`, several a key.
    mutating func rows(for keys: [String]) -> [(key: String, v: String?, w: String?)] {
        keys.filter { $0.utf8.count < 180 }.flatMap { key in
            (0..<Int(generator.next() % 4)).map { _ in
                (key.lowercased(), generator.pick(Self.values), generator.pick(Self.values))
            }
        }
    }

    /// The settings of one map, save for where the database is.
    mutating func definition() -> String {
        var lines = generator.chance(8) ? olderQuery() : ["query = \(query())"]
        if generator.chance(50) { lines.append("result_format = \(resultFormat())") }
        if generator.chance(20) { lines.append("expansion_limit = \(generator.pick(["0", "1", "2", "3"]))") }
        if generator.chance(25) {
            lines.append(
                "domain = "
                    + generator.pick([
                        "example.org", "b.c, Example.ORG", "!b.c static:all", "static:all",
                        "inline:{x.y.z=1, b.c=2}", "münchen.de example.org", ", ",
                    ]))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A map whose statement the server refuses for some keys or for all.
    mutating func failingDefinition() -> String {
        let any = [
            "SELECT nothing FROM t WHERE k = '%s'", "SELECT v FROM nowhere", "SELECT '%s", "SELEC '%s'",
        ]
        let own =
            switch dialect {
            case .mysql:
                ["SELECT v FROM t WHERE k = %s", "SELECT 1 FROM t WHERE k REGEXP '%u'", "DO '%s'"]
            case .pgsql:
                [
                    "SELECT '%s'::int", "SELECT v FROM t WHERE k LIKE '%s'", "SELECT 1 WHERE 'a' ~ '%u'",
                    "SELECT 1 / length('%u')", "SELECT chr(length('%s') + 250)",
                ]
            case .sqlite:
                [
                    "SELECT v FROM t WHERE k = %s", "SELECT abs(-9223372036854775808) || '%s'",
                    "SELECT json('%s')",
                ]
            }
        return "query = \(generator.pick(any + own + own))\n"
    }

    private mutating func olderQuery() -> [String] {
        if dialect == .pgsql, generator.chance(50) {
            return ["select_function = \(generator.pick(["upper", "md5", "quote_literal"]))"]
        }
        let more = generator.pick(["", "additional_conditions = AND v IS NOT NULL ORDER BY v, w"])
        return ["table = t", "select_field = v", "where_field = k", more].filter { !$0.isEmpty }
    }

    private mutating func query() -> String {
        switch generator.next() % 10 {
        case 0, 1, 2:
            let parts = ["%s", "%u", "%d", "%S", "%U", "%D", "%1", "%2", "%3", "%%", "x", "@", "-", " ", "."]
            return "SELECT '" + (0..<3).map { _ in generator.pick(parts) }.joined() + "'"
        case 3, 4, 5: return composedQuery()
        default: return generator.pick(Self.any + own)
        }
    }

    /// `SELECT columns FROM t WHERE condition`, in an order that leaves nothing open.
    private mutating func composedQuery() -> String {
        let columns = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
            generator.pick(["v", "w", "k", "'%s'", "'%u'", "'%d'", "NULL", "''", "'a%%b'", "7"])
        }
        let condition = generator.pick([
            "k = '%s'", "k = '%u@%d'", "k IN ('%s', '@%d')", "k = '%S' AND v <> '%U'", "k = '%s' OR k = '%d'",
            "k = '%s' AND w IS NOT NULL", "k <> '%s' AND v = 'x'", "NOT k = '%s' AND k < 'b'", "k = '@%2.%1'",
        ])
        let limit = generator.pick(["", "", " LIMIT 1", " LIMIT 3"])
        return "SELECT \(columns.joined(separator: ", ")) FROM t WHERE \(condition) ORDER BY k, v, w\(limit)"
    }

    private static let any = [
        "SELECT v FROM t WHERE k = '%s' ORDER BY v", "SELECT v, w FROM t WHERE k = '%s' ORDER BY v, w",
        "SELECT w FROM t WHERE k = '%u@%d' ORDER BY w", "SELECT v FROM t WHERE k = '%S' ORDER BY v LIMIT 2",
        "SELECT '%s'", "SELECT '%u'", "SELECT '%d'", "SELECT '%U-%D'", "SELECT '%1'", "SELECT '%2.%1'",
        "SELECT '%9'", "SELECT v FROM t WHERE k LIKE '%u%%' ORDER BY v, w", "SELECT NULL", "SELECT ''",
        "SELECT '%%'", "SELECT 1.50, 2", "SELECT count(*) FROM t WHERE k = '%s'",
        "SELECT v FROM t WHERE k IN ('%s', '%d', '@%d') ORDER BY v, w",
        "SELECT 'a' UNION ALL SELECT 'b' UNION ALL SELECT '%s'",
        "SELECT a.v FROM t AS a JOIN t AS b ON a.k = b.k WHERE b.k = '%s' ORDER BY a.v",
        "SELECT CASE WHEN '%d' = 'b.c' THEN '%u' ELSE '%d' END",
    ]

    private var own: [String] {
        switch dialect {
        case .mysql:
            [
                "SELECT concat('%u', '|', '%d', '|', '%s')", "SELECT \"%s\"", "SELECT \"%u\" AS a, '%d' AS b",
                "SELECT v FROM t WHERE k = lower('%s') ORDER BY v, w", "SELECT hex('%s')",
            ]
        case .pgsql:
            [
                "SELECT '%u' || '|' || '%d'", "SELECT concat('%u', '|', '%d', NULL, '%s')",
                "SELECT true, false, '%s'",
                "SELECT v FROM t WHERE k ILIKE '%u@%%' ORDER BY v, w", "SELECT md5('%s'), length('%s')",
                "SELECT E'a\\tb' || '%s'", "SELECT unnest(ARRAY['%u', NULL, '', '%d'])", "SELECT (1, '%u')",
                "SELECT '%u'::text AS \"%% odd\", $$dollar$$", "SELECT v FROM t WHERE k='%s' ORDER BY v;",
                "SELECT split_part('%s', '@', 1)", "SELECT '\\x41'::bytea, '%s' -- comment",
                "SELECT FROM t LIMIT 2",
                "SELECT regexp_replace('%s', '[aeiou]+', '<\\&>', 'g')", "SET application_name = 'x'",
            ]
        case .sqlite:
            [
                "SELECT '%u' || '|' || '%d'",
                "SELECT v FROM t WHERE k = lower('%s') AND v IS NOT NULL ORDER BY v, w",
                "SELECT v AS 'a' FROM t WHERE k = '%s' ORDER BY v, w", "SELECT hex('%s'), 1",
                "SELECT x'4142', '%s'", "SELECT k FROM t WHERE k GLOB '%u*' ORDER BY k -- comment",
                "SELECT 1e20, '%s'", "SELECT \"v\" FROM t WHERE k='%s' ORDER BY v", "SELECT 1; SELECT '%s'",
                "SELECT printf('%%s|%%d', '%s', 5)", "SELECT typeof('%s')", "SELECT CAST(x'00ff' AS TEXT)",
            ]
        }
    }

    private mutating func resultFormat() -> String {
        let parts = ["%s", "%u", "%d", "%S", "%U", "%D", "%1", "%2", "%%", "x", "@", "smtp:[%s]", ":", "ü"]
        return "f" + (0..<3).map { _ in generator.pick(parts) }.joined()
    }
}
