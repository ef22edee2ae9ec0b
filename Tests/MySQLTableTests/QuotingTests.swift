import LookupTables
import Peers
import Testing

@testable import MySQLTable

/// Whatever a key holds, it stays a value.
@Suite struct QuotingTests {
    private static let pieces = [
        "'", "\"", "\\", "`", ";", "--", "/*", "*/", "#", "%", "_", " ", "\n", "\r", "\t", "\u{1A}", "\u{7F}",
        "a", "Z", "0",
        "@", "é", "ü", "日", "😀", "\u{5C}\u{27}", "縗", "誠", "' OR '1'='1", "') UNION SELECT 'x",
        "\\' OR 1=1 -- ",
        "\u{BF}\u{27}", "\u{A5}", "NULL", "x'41'", "${", "\u{202E}",
    ]

    /// An echo comes back as it was sent: nothing in a key changes the statement's structure.
    @Test(arguments: ["utf8mb4", "latin1", "gbk", "sjis", "big5"])
    func hostileKeysStayValues(charset: String) async throws {
        let server = try await MariaDBServer.shared()
        let fixture = try await MySQLFixture(servers: [server])
        defer { fixture.pools.close() }
        var generator = SeededGenerator(announcing: "quoting \(charset)")
        // The bytes as hexadecimal, so that no conversion hides anything.
        let table = try fixture.table(
            "query = SELECT concat(hex('%s'), '|', hex('%s'), '|end')\ncharset = \(charset)")
        let keys = (0..<400).map { _ in
            (0..<Int.random(in: 1...6, using: &generator)).map { _ in generator.pick(Self.pieces) }.joined()
        }
        for (key, result) in zip(keys, await outcomes(table, keys)) {
            let folded = KeyFolding.lowercase.fold(key)
            switch result {
            case .success(let value):
                let text = value ?? ""
                #expect(text.hasSuffix("|end"), "\(key.debugDescription)")
                let halves = text.split(separator: "|")
                #expect(halves.count == 3 && halves[0] == halves[1], "\(key.debugDescription)")
                if charset == "utf8mb4" || charset == "latin1" {
                    #expect(halves.first.map(String.init) == Self.hex(folded), "\(key.debugDescription)")
                }
            case .failure(let failure):
                // Bytes that the character set does not have may be refused, but never understood otherwise.
                #expect(charset != "utf8mb4" && charset != "latin1", "\(key.debugDescription): \(failure)")
                #expect(!failure.reason.contains("syntax"), "\(key.debugDescription): \(failure)")
            }
        }
    }

    @Test func noBackslashEscapesIsUnset() async throws {
        let server = try await MariaDBServer.start(options: [
            "--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES"
        ])
        let fixture = try await MySQLFixture(servers: [server])
        defer { fixture.pools.close() }
        let mode = try fixture.table("query = SELECT @@SESSION.sql_mode, '%s'")
        let text = try await mode.lookup("x")
        #expect(text == "ANSI_QUOTES,STRICT_ALL_TABLES,x")
        let table = try fixture.table("query = SELECT '%s'")
        for key in ["a'b", "a\\", "\\'", "a\\'; DROP TABLE t; -- ", "\"", "\\\\'"] {
            #expect(try await table.lookup(key) == key.lowercased())
        }
    }

    private static func hex(_ text: String) -> String {
        text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}
