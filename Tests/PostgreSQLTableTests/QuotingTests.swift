import LookupTables
import Peers
import Testing

@testable import PostgreSQLTable

/// Whatever a key holds, it stays a value.
@Suite(.serialized) struct QuotingTests {
    private static let pieces = [
        "'", "''", "\"", "\\", "\\\\", "`", ";", "--", "/*", "*/", "#", "%", "_", " ", "\n", "\r", "\t",
        "\u{1A}",
        "\u{7F}", "a", "Z", "0", "@", "$$", "$1", "E'", "U&'", "||", "::text", "NULL", "x'41'", "${",
        "\u{202E}",
        "é", "ü", "ß'", "日", "表", "ソ", "縗", "誠", "€'", "功\\", "😀", "\u{5C}\u{27}", "\u{BF}\u{27}", "\u{A5}'",
        "\\047", "\\0027", "\\u0027", "' OR '1'='1", "') UNION SELECT 'x", "\\' OR 1=1 -- ",
        "'; DROP TABLE t; --", "'||(SELECT v FROM t LIMIT 1)||'",
    ]
    /// Those that mean something to the encodings in which a character may end in the byte of `'` or `\`.
    private static let chunk = 5_000

    private static func keys(_ count: Int, _ generator: inout SeededGenerator) -> [String] {
        (0..<count).map { _ in
            (0..<Int.random(in: 1...6, using: &generator)).map { _ in generator.pick(pieces) }.joined()
        }
    }

    /// An echo comes back as it was sent, in one row of its own columns, or the key is refused as no text of the
    /// encoding: nothing in a key changes the statement's structure.
    @Test(arguments: [
        ("UTF8", 30_000), ("LATIN1", 20_000), ("SJIS", 20_000), ("GBK", 15_000), ("BIG5", 15_000),
    ])
    func hostileKeysStayValues(encoding: String, count: Int) async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        var generator = SeededGenerator(announcing: "quoting \(encoding)")
        let table = try fixture.table(
            "query = SELECT '<%s>', '%s' = '%s', count(*) FROM t\nencoding = \(encoding)")
        // Which texts the server itself can take in and give back in this encoding is its own affair.
        var answered = 0
        for _ in 0..<(count / Self.chunk) {
            let keys = Self.keys(Self.chunk, &generator)
            for (key, result) in zip(keys, await outcomes(table, keys)) {
                switch result {
                case .success(let value):
                    answered += 1
                    if value != "<\(KeyFolding.lowercase.fold(key))>,t,1000" {
                        Issue.record("\(key.debugDescription) came back as \(value.debugDescription)")
                    }
                case .failure(let failure):
                    // Bytes that the encoding does not have are refused, and never understood otherwise.
                    if encoding == "UTF8" || encoding == "LATIN1"
                        || ![
                            "cannot escape", "invalid byte sequence", "has no equivalent", "non-UTF-8 value",
                        ]
                        .contains(where: failure.reason.contains)
                    {
                        Issue.record("\(key.debugDescription): \(failure)")
                    }
                }
            }
        }
        #expect(answered > count / 20)
    }

    /// In each kind of literal, whatever a backslash means to the server.
    @Test(arguments: [("on", "UTF8"), ("off", "UTF8"), ("on", "SJIS"), ("off", "GBK")])
    func backslashesStayWhatTheyAre(standard: String, encoding: String) async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        try await fixture.servers[0].sql(
            "ALTER ROLE \(fixture.database) SET standard_conforming_strings = \(standard)")
        var generator = SeededGenerator(announcing: "backslashes \(standard) \(encoding)")
        // U&'…' exists with standard strings only.
        let unicode = standard == "on" ? "U&'%s'" : "'%s'"
        let table = try fixture.table(
            "query = SELECT E'<%s>', '%s' = E'%s', \(unicode) = '%s', count(*) FROM t\nencoding = \(encoding)"
        )
        let keys = Self.keys(2_000, &generator)
        var answered = 0
        for (key, result) in zip(keys, await outcomes(table, keys)) {
            switch result {
            case .success(let value):
                answered += 1
                #expect(value == "<\(KeyFolding.lowercase.fold(key))>,t,t,1000", "\(key.debugDescription)")
            case .failure(let failure):
                #expect(encoding != "UTF8", "\(key.debugDescription): \(failure)")
                #expect(!failure.reason.contains("syntax"), "\(key.debugDescription): \(failure)")
            }
        }
        #expect(answered > 100)
    }

    @Test func aKeyOutsideOfLiteralsIsWarnedOf() async throws {
        let fixture = try await PostgreSQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        let table = try fixture.table("query = SELECT v FROM t WHERE k = concat('k', %s)")
        #expect(fixture.log.lines.count == 1)
        #expect(fixture.log.lines.first?.contains("a key that does not stand between '…'") == true)
        #expect(try await table.lookup("1") == "v1")
        // The protocol takes one command at a time.
        await #expect(throws: LookupFailure.self) { try await table.lookup("1); DROP TABLE t; --") }
        #expect(try await table.lookup("2") == "v2")
    }
}
