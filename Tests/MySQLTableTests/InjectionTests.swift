import CMariaDB
import LookupTables
import Peers
import Testing

@testable import MySQLTable

/// A hundred thousand hostile keys in each character set: none is ever more than a value.
@Suite struct InjectionTests {
    private static let keys = 100_000
    private static let pieces = [
        "'", "\"", "\\", "`", ";", "--", "-- ", "/*", "*/", "#", "%", "_", " ", "\n", "\r", "\t", "\u{1A}",
        "\u{1}", "\u{7F}",
        "a", "z", "0", "@", "é", "ü", "ß", "日", "😀", "縗", "誠", "表", "ソ", "構", "十", "能", "\u{BF}", "\u{A5}",
        "\u{203E}",
        "\u{5C}\u{27}", "\u{BF}\u{5C}\u{27}", "\u{81}", "\u{E0}", "\u{8F}'", "\u{C0}\u{AF}", "' or '1'='1",
        "') union select 'x",
        "\\' or 1=1 -- ", "';drop table t;", "null", "x'41'", "0x41", "${", "\u{202E}", "\u{2019}",
        "\u{FF07}", "\u{2BC}",
    ]

    @Test(arguments: ["utf8mb4", "latin1", "gbk", "sjis"])
    func keysStayValues(charset: String) async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        var generator = SeededGenerator(announcing: "injection \(charset)")
        let template = "SELECT HEX('%s'), HEX(\"%s\")"
        let map = try #require(fixture.table("query = \(template)\ncharset = \(charset)") as? SQLTable)
        let plain = try #require(
            fixture.table("query = SELECT v FROM t WHERE k = '%s'\ncharset = \(charset)") as? SQLTable)
        let (query, plainQuery, connector) = (map.query, plain.query, try fixture.connector(of: map))
        let seed = generator.next()
        let refused = try await Blocking.run {
            let connection = try MySQLConnection(connector, host: connector.hosts[0])
            var generator = SeededGenerator(seed: seed)
            var refused = 0
            for _ in 0..<(Self.keys / 500) {
                let keys = (0..<500).map { _ in
                    (0..<Int.random(in: 1...5, using: &generator)).map { _ in generator.pick(Self.pieces) }
                        .joined()
                }
                refused += try Self.expectValues(keys[...], query, connection)
                Self.expectPlainValues(keys, plainQuery)
            }
            return refused
        }
        // Texts that the character set does not have may be refused, but they are few.
        #expect(refused <= (charset == "utf8mb4" || charset == "latin1" ? 0 : Self.keys / 10))
    }

    /// Asks for the bytes of many keys with one statement, which is made of the statements that the pool would
    /// send. Where it is refused, halves are tried, down to the key.
    /// - Returns: how many keys the server refused.
    private static func expectValues(
        _ keys: ArraySlice<String>, _ query: SQLQuery, _ connection: MySQLConnection
    ) throws -> Int {
        var statement: [UInt8] = []
        for key in keys {
            let start = statement.count
            query.write(key, into: &statement, quote: connection.quote)
            // One list of columns from many statements: `SELECT a, b` and `SELECT c` are `SELECT a, b, c`.
            if start > 0 {
                statement.replaceSubrange(start..<(start + "SELECT ".utf8.count), with: ", ".utf8)
            }
        }
        let status = statement.withUnsafeBytes { buffer in
            mysql_real_query(
                connection.handle, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), UInt(buffer.count)
            )
        }
        guard status == 0, let result = mysql_store_result(connection.handle) else {
            guard keys.count > 1 else {
                let reason = connection.errorText
                #expect(!reason.contains("syntax"), "\(keys.first?.debugDescription ?? ""): \(reason)")
                return 1
            }
            let middle = keys.startIndex + keys.count / 2
            return try expectValues(keys[..<middle], query, connection)
                + expectValues(keys[middle...], query, connection)
        }
        defer { mysql_free_result(result) }
        try #require(Int(mysql_num_fields(result)) == keys.count * 2)
        let row = try #require(mysql_fetch_row(result))
        for (number, key) in keys.enumerated() {
            let expected = hex(key)
            for column in [number * 2, number * 2 + 1] {
                let value = try #require(row[column])
                if String(cString: value) != expected {
                    Issue.record("\(key.debugDescription): \(String(cString: value)), not \(expected)")
                }
            }
        }
        return 0
    }

    /// What is put together has nothing that would need quoting.
    private static func expectPlainValues(_ keys: [String], _ query: SQLQuery) {
        let questions = (keys + ["a@b", "c@d"]).map { SQLQuestion(query: query, key: $0) }
        for shared in SharedQuestion.plan(
            questions[...], limit: 1000, bytes: 100_000, isWelcome: { _ in true })
        {
            let text = SharedStatement.text(shared)
            let list = text.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
            let values = list.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map { Array($0.element) }
            #expect(values == shared.values)
            #expect(!text.contains(UInt8(ascii: "\\")))
        }
    }

    private static let digits = Array("0123456789ABCDEF")

    private static func hex(_ text: String) -> String {
        String(text.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
