import Foundation
import LookupTables
import Peers
import Testing

@testable import MongoDBTable

/// A key stays a string inside the filter, whatever it holds.
@Suite struct FilterTests {
    private static let pieces = [
        "\"", "\\", "{", "}", "[", "]", ":", ",", "$", "$ne", "\\u0022", "\\\"", "\n", "\t", "\u{1}", "'",
        "ü", "日", "😀",
        "x", ".", "*", "^", "(", ")", "|", "%s", "%", "@", "{\"$gt\": \"\"}", "true", "1", "$username",
        "\u{7F}",
    ]

    private func json(_ text: String) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
    }

    @Test func keysNeverChangeTheFilter() throws {
        var generator = SeededGenerator(announcing: "mongodb filters")
        let template = try FilterTemplate(
            """
            {"$or": [{"username": "%s"}, {"alias.address": {"$in": ["%u", "x%dy"]}}], "active": 1,
             "$expr": {"$eq": ["$name", "%s"]}, "note": {"$literal": "100%%"}}
            """)
        for _ in 0..<5_000 {
            let local = (0..<Int.random(in: 1...8, using: &generator)).map { _ in generator.pick(Self.pieces)
            }.joined()
            let key = local + "@" + generator.pick(Self.pieces)
            let at = try #require(key.lastIndex(of: "@"))
            let expected: NSDictionary = [
                "$or": [
                    ["username": key],
                    ["alias.address": ["$in": [String(key[..<at]), "x\(key[key.index(after: at)...])y"]]],
                ],
                "active": 1, "$expr": ["$eq": ["$name", ["$literal": key]]], "note": ["$literal": "100%"],
            ]
            try #require(try json(try #require(template.fill(with: key)).text) == expected, "\(key)")
        }
    }

    @Test(arguments: [
        ("{\"a\": {\"$regex\": \"^%u@\", \"$options\": \"i\"}}", "a.*(b)|c@d", "^a\\.\\*\\(b\\)\\|c@"),
        (
            "{\"a\": {\"$not\": {\"$regularExpression\": {\"pattern\": \"%s$\", \"options\": \"\"}}}}", "$",
            "\\$$"
        ),
    ])
    func keysArePlainTextInRegularExpressions(filter: String, key: String, pattern: String) throws {
        let text = try #require(try FilterTemplate(filter).fill(with: key)).text
        let escaped = pattern.replacingOccurrences(of: "\\", with: "\\\\")
        #expect(text.contains("\"\(escaped)\""), "\(text)")
    }

    @Test(arguments: [
        ("{\"a\": %s}", "quotation marks"), ("{\"a\": \"%s\"", "no JSON document"),
        ("{\"%s\": 1}", "field's name"),
        ("{\"$where\": \"this.a == '%s'\"}", "program"), ("{\"a\": \"%x\"}", "Invalid query template"),
        ("{\"$expr\": {\"$function\": {\"body\": \"%u\", \"args\": [], \"lang\": \"js\"}}}", "program"),
        ("[1", "no JSON"),
    ])
    func filtersWhereAKeyWouldBeMoreThanTextAreRefused(filter: String, reason: String) throws {
        let error = #expect(throws: TableError.self) { try FilterTemplate(filter) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func whatHasNoPartOfTheKeyIsLeftAsItIs() throws {
        let filter =
            "{\"a\": \"%s\", \"b\": {\"$date\": \"2020-01-01T00:00:00Z\"}, \"c\": null, \"d\": 1.5, \"e\": [true, {\"f\": 2}]}"
        let text = try #require(try FilterTemplate(filter).fill(with: "k")).text
        #expect(try json(text) == json(filter.replacingOccurrences(of: "%s", with: "k")))
    }
}
