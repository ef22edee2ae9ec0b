import Testing

@testable import SQLiteTable

@Suite struct OpenQuoteTests {
    @Test(arguments: [
        ("SELECT ", nil), ("SELECT '", "'"), ("SELECT 'a''", "'"), ("SELECT 'a'", nil), ("SELECT \"", "\""),
        ("SELECT '\"", "'"), ("SELECT \"'", "\""), ("SELECT [a'", "]"), ("SELECT [a'] '", "'"),
        ("SELECT `", "`"),
        ("SELECT /* ' */ \"", "\""), ("SELECT /* '", nil), ("SELECT -- '", nil), ("SELECT -- '\n'", "'"),
        ("SELECT 1 - 2 / '", "'"), ("", nil), ("SELECT 'a' \"b\" '", "'"),
    ])
    func theOpenMarkIsFound(statement: String, mark: Character?) {
        #expect(OpenQuote.closing(Array(statement.utf8)) == mark?.asciiValue)
    }

    @Test(arguments: [
        ("'", "o'h\"a`ra", "'o''h\"a`ra"), ("\"", "o'h\"a`ra", "\"o'h\"\"a`ra"),
        ("`", "o'h\"a`ra", "`o'h\"a``ra"),
        ("", "o'h\"a`ra", "o''h\"a`ra"), ("'", "plain", "'plain"),
    ])
    func valuesAreQuotedForIt(statement: String, value: String, result: String) {
        var bytes = Array(statement.utf8)
        OpenQuote.append(value.utf8, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == result)
    }
}
