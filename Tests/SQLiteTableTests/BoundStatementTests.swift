import Testing

@testable import SQLiteTable

@Suite struct BoundStatementTests {
    @Test(arguments: [
        ("SELECT v FROM t WHERE k = 'a''b'", "SELECT v FROM t WHERE k = ?", ["a'b"]),
        ("SELECT 'a' || 'b'", "SELECT ? || ?", ["a", "b"]),
        ("SELECT ''", "SELECT ?", [""]),
        ("SELECT 'a'; ;", "SELECT ?; ;", ["a"]),
        ("SELECT 5 - 3 / 2", "SELECT 5 - 3 / 2", []),
    ])
    func literalsBecomeParameters(statement: String, sql: String, values: [String]) throws {
        let bound = try #require(BoundStatement(Array(statement.utf8)))
        #expect(String(decoding: bound.sql, as: UTF8.self) == sql)
        #expect(bound.values == values)
    }

    @Test(arguments: [
        "SELECT 'a", "SELECT x'41'", "SELECT X'41'", "SELECT \"a\"", "SELECT `a`", "SELECT [a]",
        "SELECT 1 -- 'a'",
        "SELECT /* ' */ 'a'", "SELECT ?1", "SELECT :a", "SELECT @a", "SELECT $a",
        "SELECT 1; SELECT 'a'",
    ])
    func whatMayMeanSomethingElseStaysPlain(statement: String) {
        #expect(BoundStatement(Array(statement.utf8)) == nil)
    }
}
