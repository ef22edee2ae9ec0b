import Peers

/// Definitions, rows and keys that try every corner of mysql_table(5) and sqlite_table(5).
struct GeneratedMaps {
    enum Dialect { case mysql, sqlite }

    var generator: SeededGenerator
    let dialect: Dialect

    private static let locals = [
        "jack", "John", "o'hara", "back\\slash", "per%cent", "quo\"te", "ünï", "Ärger", "STRAßE", "a@b", "",
        "semi;colon",
        "--", "/*", "und_er", "''", "\\'", "%s", "${x}", "two words", "tab", "`tick`", "0x41", "日本", "+ext",
        "jack+ext",
    ]
    private static let domains = [
        "example.org", "EXAMPLE.ORG", "b.c", "x.y.z", "mail.sub.example.co.uk", "", "a..b", ".lead.org",
        "trail.org.",
        "münchen.de", "localhost", "o'dom.ain", "1.2.3.4.5.6.7.8.9", "1.2.3.4.5.6.7.8.9.10",
    ]
    static let values: [String?] = [
        nil, "", "x", "u@d.e", "@f.g", "p@", "a,b", "with space", "100%", "%s", "ü@ö.de", "quote'\"",
        "back\\slash", "@",
        "a@b@c.d", "lmtp:unix:private/dovecot", "1",
    ]

    mutating func key() -> String {
        switch generator.next() % 8 {
        case 0: generator.pick(Self.locals + Self.domains)
        case 1: "@" + generator.pick(Self.domains)
        default: generator.pick(Self.locals) + "@" + generator.pick(Self.domains)
        }
    }

    /// Different ones, also without case, and none that is empty or ends in white space.
    mutating func keys(_ count: Int) -> [String] {
        var keys: [String: String] = [:]
        while keys.count < count {
            let key = key()
            if !key.isEmpty { keys[key.lowercased()] = key }
        }
        return keys.values.sorted()
    }

    /// Rows of `t(k, v, w)`, several a key.
    mutating func rows(for keys: [String]) -> [(key: String, v: String?, w: String?)] {
        keys.flatMap { key in
            (0..<Int(generator.next() % 4)).map { _ in
                (key.lowercased(), generator.pick(Self.values), generator.pick(Self.values))
            }
        }
    }

    /// The settings of one map, save for where the database is.
    mutating func definition() -> String {
        var lines = ["query = \(query())"]
        if generator.chance(50) { lines.append("result_format = \(resultFormat())") }
        if generator.chance(20) { lines.append("expansion_limit = \(generator.pick(["0", "1", "2", "3"]))") }
        if generator.chance(25) {
            lines.append(
                "domain = "
                    + generator.pick([
                        "example.org", "b.c, Example.ORG", "!b.c static:all", "static:all",
                        "inline:{x.y.z=1, b.c=2}",
                        "münchen.de example.org", ", ",
                    ]))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func query() -> String {
        let any = [
            "SELECT v FROM t WHERE k = '%s'", "SELECT v, w FROM t WHERE k = '%s' ORDER BY v, w",
            "SELECT w FROM t WHERE k = '%u@%d'", "SELECT v FROM t WHERE k = '%S' ORDER BY v LIMIT 2",
            "SELECT '%s'", "SELECT '%u'", "SELECT '%d'", "SELECT '%U-%D'", "SELECT '%1'", "SELECT '%2.%1'",
            "SELECT '%9'",
            "SELECT v FROM t WHERE k LIKE '%u%%' ORDER BY v, w", "SELECT NULL", "SELECT ''", "SELECT '%%'",
            "SELECT 1.50, 2",
            "SELECT count(*) FROM t WHERE k = '%s'",
            "SELECT v FROM t WHERE k IN ('%s', '%d', '@%d') ORDER BY v, w",
            "SELECT 'a' UNION SELECT 'b' UNION SELECT '%s'",
        ]
        let mysql = [
            "SELECT concat('%u', '|', '%d', '|', '%s')", "SELECT \"%s\"", "SELECT \"%u\" AS a, '%d' AS b",
            "SELECT v FROM t WHERE k = lower('%s') ORDER BY v, w", "SELECT hex('%s')",
        ]
        let sqlite = [
            "SELECT '%u' || '|' || '%d'",
            "SELECT v FROM t WHERE k = lower('%s') AND v IS NOT NULL ORDER BY v, w",
            "SELECT v AS 'a' FROM t WHERE k = '%s' ORDER BY v, w", "SELECT hex('%s'), 1",
            "SELECT x'4142', '%s'",
            "SELECT k FROM t WHERE k GLOB '%u*' ORDER BY k -- comment", "SELECT 1e20, '%s'",
            "SELECT \"v\" FROM t WHERE k='%s' ORDER BY v",
        ]
        if generator.chance(30) {
            let parts = ["%s", "%u", "%d", "%S", "%U", "%D", "%1", "%2", "%3", "%%", "x", "@", "-", " "]
            return "SELECT '" + (0..<3).map { _ in generator.pick(parts) }.joined() + "'"
        }
        return generator.pick(any + (dialect == .mysql ? mysql : sqlite))
    }

    private mutating func resultFormat() -> String {
        let parts = ["%s", "%u", "%d", "%S", "%U", "%D", "%1", "%2", "%%", "x", "@", "smtp:[%s]", ":", "ü"]
        return "f" + (0..<3).map { _ in generator.pick(parts) }.joined()
    }
}
