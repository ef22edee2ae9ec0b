import Testing

@testable import PostgreSQLTable

@Suite struct LiteralContextsTests {
    /// `@` marks where a value stands.
    @Test(arguments: [
        ("SELECT '@'", [LiteralContexts.Context.plain]),
        ("SELECT 'a''@', \"x'\", '@' -- '@", [.plain, .plain, .outside]),
        (
            "SELECT E'@', e'a\\'@', U&'@', u&'\\0041@'",
            [.backslashed, .backslashed, .backslashed, .backslashed]
        ),
        ("SELECT type'@', N'@', B'@', X'@'", [.plain, .plain, .plain, .plain]),
        ("SELECT '\\', '@'", [.plain]), ("SELECT '\\' '@'", [.plain]), ("SELECT E'\\'', '@'", [.plain]),
        ("SELECT @, \"@\", '@'", [.outside, .outside, .plain]),
        ("SELECT /* '@ /* ' */ ' */ '@'", [.outside, .plain]),
        ("SELECT $$'@'$$, '@', $a$ $$ '@' $a$, '@'", [.outside, .plain, .outside, .plain]),
        ("SELECT a$$, '@'", [.plain]), ("SELECT $1, '@'", [.plain]), ("SELECT -- '\n'@'", [.plain]),
        ("SELECT 'a'@'b'", [.outside]), ("SELECT E'\\@'", [.outside]), ("SELECT '@''@'", [.plain, .plain]),
        ("SELECT '@@'", [.plain, .plain]), ("", []),
    ])
    func valuesStandInWhatTheyStandIn(template: String, contexts: [LiteralContexts.Context]) {
        let text = Array(template.utf8)
        let positions = text.indices.filter { text[$0] == UInt8(ascii: "@") }
        #expect(LiteralContexts(text, values: positions).contexts == contexts)
    }
}
