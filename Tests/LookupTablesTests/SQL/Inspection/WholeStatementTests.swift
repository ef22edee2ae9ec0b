import Logging
import Testing

@testable import LookupTables

@Suite struct WholeStatementTests {
    private func whole(_ query: String) throws -> [String]? {
        let template = try #require(ExpansionTemplate(query))
        let format = try #require(ExpansionTemplate("%s"))
        let query = SQLQuery(
            table: "mysql:test", template: template, resultFormat: format, expansionLimit: nil,
            requiresResultSet: true, logger: Logger(label: "test"))
        return query.whole?.map { String(decoding: $0.text, as: UTF8.self) }
    }

    @Test(arguments: [
        (
            "SELECT destination FROM virtual_aliases WHERE source='%s'",
            "SELECT destination, source FROM virtual_aliases"
        ),
        (
            "SELECT goto FROM alias WHERE address = '%s' AND active = '1' ORDER BY id LIMIT 1;",
            "SELECT goto, address FROM alias WHERE active = '1'"
        ),
        (
            "SELECT 1 FROM users WHERE '%u@%d' = email and (active=1 or vip = 1)",
            "SELECT 1, email FROM users WHERE (active=1 or vip = 1)"
        ),
        (
            "SELECT CONCAT(domain,'/',maildir) FROM mailbox WHERE username='%s' AND active = '1'",
            "SELECT CONCAT(domain,'/',maildir), username FROM mailbox WHERE active = '1'"
        ),
        (
            "SELECT home FROM users WHERE local = '%u' AND domain = '%d'",
            "SELECT home, local, domain FROM users"
        ),
        (
            "select a.goto from alias a join domain d on a.domain = d.domain where (a.address = '%s' and d.active)",
            "SELECT a.goto, a.address FROM alias a join domain d on a.domain = d.domain WHERE d.active"
        ),
        (
            "SELECT goto FROM alias, alias_domain WHERE alias_domain.alias_domain = '%d' "
                + "AND alias.address = CONCAT('%u', '@', alias_domain.target_domain) AND alias.active = 1",
            "SELECT goto, alias.address, alias_domain.target_domain, alias_domain.alias_domain "
                + "FROM alias, alias_domain WHERE alias.active = 1"
        ),
        (
            "SELECT goto FROM alias, alias_domain WHERE alias_domain.alias_domain = '%d' "
                + "AND alias.address = '%u' || '@' || alias_domain.target_domain",
            "SELECT goto, alias.address, alias_domain.target_domain, alias_domain.alias_domain "
                + "FROM alias, alias_domain"
        ),
        (
            "SELECT x FROM t WHERE a BETWEEN 1 AND 2 AND k = '%s'",
            "SELECT x, k FROM t WHERE a BETWEEN 1 AND 2"
        ),
        ("SELECT DISTINCT x FROM t WHERE k = '%s'", "SELECT x, k FROM t"),
        (
            "SELECT id, '%d/%u/Maildir/' AS dir FROM users WHERE email = '%s'",
            "SELECT id, '', email FROM users"
        ),
        ("SELECT x FROM t WHERE lower(k) = '%s'", "SELECT x, lower(k) FROM t"),
    ])
    func `a statement for one key becomes one for all`(_ query: String, _ expected: String) throws {
        #expect(try whole(query) == [expected])
    }

    @Test func `each part of a union is a statement of its own`() throws {
        #expect(
            try whole("SELECT a FROM t WHERE k='%s' UNION SELECT b FROM u WHERE l='%s'")
                == ["SELECT a, k FROM t", "SELECT b, l FROM u"])
    }

    @Test(arguments: [
        "CALL lookup('%s')", "SELECT x FROM t WHERE k = '%s' OR l = '%s'",
        "SELECT count(*) FROM t WHERE k='%s'",
        "SELECT x FROM t WHERE k LIKE '%s'", "SELECT '%s' FROM t WHERE k = '%d'",
        "SELECT upper('%u') FROM t WHERE k = '%s'", "SELECT '%u', t.* FROM t WHERE k = '%s'", "SELECT x FROM t",
        "SELECT x FROM t WHERE k = '%s' -- all of it", "SELECT x FROM t WHERE k = %s",
        "SELECT x FROM t WHERE k = '%s' GROUP BY y", "SELECT x FROM t WHERE k <> '%s'",
        "SELECT x FROM t WHERE k = '%u'", "SELECT x FROM t WHERE k = '%2.%1'",
        "SELECT x FROM t WHERE k = 'it''s %s'",
    ])
    func `a statement that cannot be turned round is left alone`(_ query: String) throws {
        #expect(try whole(query) == nil)
    }
}
