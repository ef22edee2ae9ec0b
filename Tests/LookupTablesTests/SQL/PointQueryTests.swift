import Testing

@testable import LookupTables

/// Which templates can be asked for many keys with one statement.
@Suite struct PointQueryTests {
    private func read(_ template: String, _ dialect: SQLDialect = .mysql) throws -> [String]? {
        let query = PointQuery(try #require(ExpansionTemplate(template)), dialect)
        return query.map { query in
            [query.columns, query.table, query.keyColumn, query.conditions].map {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }

    @Test(arguments: [
        ("SELECT 1 FROM virtual_domains WHERE name='%s'", ["1", "virtual_domains", "name", ""]),
        (
            "SELECT destination FROM virtual_aliases WHERE source='%s'",
            ["destination", "virtual_aliases", "source", ""]
        ),
        // The older settings.
        ("SELECT a, b FROM t WHERE k = '%s' ", ["a, b", "t", "k", ""]),
        ("SELECT a FROM t WHERE k = '%s' and status = 'paid'", ["a", "t", "k", "status = 'paid'"]),
        ("select\ta\nfrom t\r\n where k='%s' AND active = '1';", ["a", "t", "k", "active = '1'"]),
        (
            "SELECT goto FROM alias WHERE active=1 AND address='%S' AND x",
            ["goto", "alias", "address", "active = 1 AND x"]
        ),
        ("SELECT `a b`, 'x' AS y FROM `db`.`t` WHERE `k`='%s'", ["`a b`, 'x' AS y", "`db`.`t`", "`k`", ""]),
        ("SELECT u.a FROM users AS u WHERE u.k='%u@%d'", ["u.a", "users u", "u.k", ""]),
        ("SELECT u.a FROM users u WHERE u.k='@%d'", ["u.a", "users u", "u.k", ""]),
        (
            "SELECT a FROM t WHERE k='%s' AND (x='1' OR (y IS NOT NULL and z<>2))",
            ["a", "t", "k", "(x = '1' OR (y IS NOT NULL and z <> 2))"]
        ),
    ])
    func plainTemplatesAreUnderstood(template: String, parts: [String]) throws {
        #expect(try read(template) == parts)
    }

    @Test(arguments: [
        "SELECT a FROM t WHERE k = '%s' LIMIT 1", "SELECT a FROM t WHERE k = '%s' ORDER BY a",
        "SELECT a FROM t WHERE k = '%s' GROUP BY a", "SELECT DISTINCT a FROM t WHERE k = '%s'",
        "SELECT ALL a FROM t WHERE k = '%s'", "SELECT a FROM t WHERE k = '%s' UNION SELECT 1",
        "SELECT count(*) FROM t WHERE k = '%s'", "SELECT * FROM t WHERE k = '%s'",
        "SELECT t.* FROM t WHERE k = '%s'",
        "SELECT concat(a, '@b') FROM t WHERE k = '%s'", "SELECT a FROM t, u WHERE k = '%s'",
        "SELECT a FROM t JOIN u ON t.x = u.x WHERE k = '%s'", "SELECT a FROM t NATURAL JOIN u WHERE k = '%s'",
        "SELECT a FROM (SELECT 1) t WHERE k = '%s'", "SELECT a FROM t WHERE k = (SELECT '%s')",
        "SELECT a FROM t WHERE k = '%s' OR 1", "SELECT a FROM t WHERE k = '%s' AND x OR y",
        "SELECT a FROM t WHERE (k = '%s')", "SELECT a FROM t WHERE NOT k = '%s'",
        "SELECT a FROM t WHERE k <> '%s'",
        "SELECT a FROM t WHERE k LIKE '%s'", "SELECT a FROM t WHERE BINARY k = '%s'",
        "SELECT a FROM t WHERE k = BINARY '%s'", "SELECT a FROM t WHERE k = _latin1'%s'",
        "SELECT a FROM t WHERE k = N'%s'", "SELECT a FROM t WHERE lower(k) = '%s'",
        "SELECT a FROM t WHERE k = lower('%s')",
        "SELECT a FROM t WHERE k = '%s' COLLATE utf8mb4_bin", "SELECT a FROM t WHERE k = '%s' 'x'",
        "SELECT a FROM t WHERE k = \"%s\"", "SELECT a FROM t WHERE k = %s",
        "SELECT a FROM t WHERE k = '%s' AND l = '%s'",
        "SELECT a, '%s' FROM t WHERE k = 'x'", "SELECT a FROM t WHERE k = 'x'",
        "SELECT a FROM t WHERE k = '%s' AND l = '%d'",
        "SELECT a FROM t WHERE k = '%s' AND @x := 1", "SELECT a FROM t WHERE k = '%s' AND @x",
        "SELECT a FROM t WHERE k = '%s' -- x", "SELECT a FROM t WHERE k = '%s' # x",
        "SELECT /* x */ a FROM t WHERE k = '%s'",
        "SELECT a FROM t WHERE k = '%s' FOR UPDATE", "SELECT a INTO @x FROM t WHERE k = '%s'",
        "SELECT a FROM t WHERE k = '%s' HAVING a", "SELECT rownum FROM t WHERE k = '%s'",
        "SELECT SQL_NO_CACHE a FROM t WHERE k = '%s'", "SELECT NEXT VALUE FOR s FROM t WHERE k = '%s'",
        "SELECT a FROM t PARTITION (p) WHERE k = '%s'", "SELECT a FROM t FORCE INDEX (k) WHERE k = '%s'",
        "SELECT a FROM t WHERE k = '%s' AND x = 'a\\'b'", "SELECT a FROM t WHERE k = '%s' AND x = 'a''b'",
        "SELECT a FROM t WHERE k = '\\%s'", "SELECT a FROM t WHERE k = '%s' AND x = 'é'",
        "SELECT a FROM t WHERE k = '%s",
        "SELECT a FROM t WHERE k = '%s'; SELECT 1", "SELECT a FROM t WHERE k = '%s' AND",
        "SELECT a FROM t WHERE k = '%s' AND x = 1e5",
        "SELECT a FROM t WHERE k = '%s' AND x BETWEEN 1 AND 2", "SELECT a FROM t WHERE k = '%s' AND x IN (1)",
        "SELECT a FROM t WHERE k = '%s' AND x = -1", "SELECT a FROM t WHERE k = '%s' AND x = 1.5",
        "SELECT a b FROM t WHERE k = '%s'",
        "SELECT a FROM t AS WHERE k = '%s'", "SELECT , FROM t WHERE k = '%s'", "CALL p('%s')",
        "UPDATE t SET a = '%s'", "",
        "SELECT a FROM t WHERE k = '%s' AND ((((((((((((x))))))))))))", "SELECT a FROM \"t\" WHERE k = '%s'",
        "SELECT a FROM `t``u` WHERE k = '%s'", "SELECT a FROM t.u.v.w WHERE k = '%s'",
        "SELECT a FROM t WHERE k == '%s'",
        "SELECT a FROM t WHERE k = '%s' AND x <=> 1", "SELECT a FROM t WHERE k = '%s' AND x = y = z",
    ])
    func everythingElseIsAskedAlone(template: String) throws {
        #expect(try read(template) == nil)
    }

    @Test func postgreSQLQuotesNamesAnotherWay() throws {
        #expect(try read("SELECT a FROM \"T\" WHERE k = '%s'", .postgresql) == ["a", "\"T\"", "k", ""])
        #expect(try read("SELECT a FROM `T` WHERE k = '%s'", .postgresql) == nil)
    }
}
