import LookupTables
import Peers
import Testing

@testable import MySQLTable

/// What many keys are told together is what each would be told alone.
@Suite struct SamenessTests {
    /// A column to look in, and whether its collation lets keys be asked together at all.
    struct KeyColumn: CustomTestStringConvertible, Sendable {
        let type: String
        let isFit: Bool

        var testDescription: String { type }

        static let all: [KeyColumn] =
            [
                "utf8mb4 COLLATE utf8mb4_general_ci", "utf8mb4 COLLATE utf8mb4_bin",
                "utf8mb4 COLLATE utf8mb4_nopad_bin",
                "utf8mb4 COLLATE utf8mb4_unicode_ci", "utf8mb4 COLLATE utf8mb4_unicode_520_nopad_ci",
                "utf8mb4 COLLATE utf8mb4_uca1400_ai_ci", "utf8mb4 COLLATE utf8mb4_uca1400_nopad_as_cs",
                "utf8mb3 COLLATE utf8mb3_general_ci", "latin1 COLLATE latin1_swedish_ci",
                "latin1 COLLATE latin1_general_cs", "ascii COLLATE ascii_general_ci",
            ].flatMap { set in
                ["VARCHAR(90)", "CHAR(90)", "TEXT"].map {
                    KeyColumn(type: "\($0) CHARACTER SET \(set)", isFit: true)
                }
            }
            + [
                "VARCHAR(90) CHARACTER SET utf8mb4 COLLATE utf8mb4_swedish_ci",
                "VARCHAR(90) CHARACTER SET utf8mb4 COLLATE utf8mb4_turkish_ci",
                "VARCHAR(90) CHARACTER SET utf8mb4 COLLATE utf8mb4_lithuanian_ci",
                "VARCHAR(90) CHARACTER SET utf8mb4 COLLATE utf8mb4_german2_ci",
                "VARCHAR(90) CHARACTER SET latin1 COLLATE latin1_german2_ci",
                "VARCHAR(90) CHARACTER SET ucs2", "VARCHAR(90) CHARACTER SET sjis",
                "VARCHAR(90) CHARACTER SET gbk",
                "VARBINARY(90)", "BLOB", "INT", "DOUBLE", "DECIMAL(9,2)", "BIT(9)", "DATE", "DATETIME",
                "TIME", "YEAR",
                "ENUM('a','b','5','john')", "SET('a','b','5','john')", "INET6", "UUID",
            ].map { KeyColumn(type: $0, isFit: false) }
    }

    private static let letters = [
        "a", "b", "i", "y", "v", "w", "s", "ss", "ae", "aa", "john", "5", "1", "0", "-", "_", ".", "@",
        "@d.example", "x=1",
        "2020-01-01", "c", "12345678-1234-1234-1234-123456789abc",
        "12345678123412341234123456789abc",
    ]
    private static let odd = [
        "A", "JOHN", "I", "ß", "ä", "é", "e\u{301}", "ı", "日", "😀", " ", "\t", "'", "\\", "\"", "%", "_",
        "\u{200B}", "\u{AD}",
        "::1", "5x", "1e0", "5.0", "0x35", "true",
    ]

    private static func text(_ generator: inout SeededGenerator, odd share: Int) -> String {
        (0..<Int.random(in: 1...3, using: &generator)).map { _ in
            generator.chance(share) ? generator.pick(odd) : generator.pick(letters)
        }.joined()
    }

    @Test(arguments: KeyColumn.all)
    func togetherAndAloneAgree(column: KeyColumn) async throws {
        let fixture = try await MySQLFixture(servers: [.shared()])
        defer { fixture.pools.close() }
        var generator = SeededGenerator(announcing: "sameness \(column.type)")
        var together = 0
        for round in 0..<2 {
            let table = "s\(round)"
            try await fixture.fill(table, keyColumn: column.type, rows: &generator, text: Self.text)
            for charset in ["utf8mb4", generator.pick(["latin1", "gbk", "sjis"])] {
                let template = generator.pick([
                    "SELECT v FROM \(table) WHERE k = '%s'",
                    "select 1 from \(table) where k='%s' and active",
                    "SELECT v, n, k FROM `\(fixture.database)`.`\(table)` AS t WHERE active = '1' AND t.k = '%s';",
                    "SELECT v AS destination, 'x' FROM \(table) WHERE (n IS NOT NULL OR active <> 0) AND k = '%s'",
                ])
                let map = try #require(
                    fixture.table("query = \(template)\ncharset = \(charset)") as? SQLTable)
                // Some keys that a row has, some that nobody has.
                let batches = [2, 10, 100].map { size in
                    Set((0..<size).map { _ in Self.text(&generator, odd: generator.pick([0, 10, 50])) })
                        .shuffled(using: &generator)
                }
                let (query, connector) = (map.query, try fixture.connector(of: map))
                together += try await Blocking.run {
                    let connection = try MySQLConnection(connector, host: connector.hosts[0])
                    return try batches.reduce(0) { count, keys in
                        let questions = keys.map { SQLQuestion(query: query, key: $0) }
                        return try count
                            + Self.expectSameness(connection, questions, "\(column.type): \(template)")
                    }
                }
            }
        }
        if column.isFit { #expect(together > 20) }
    }

    /// - Returns: how many were answered together.
    private static func expectSameness(
        _ connection: MySQLConnection, _ questions: [SQLQuestion], _ comment: Comment
    ) throws -> Int {
        let deadline = ContinuousClock.now + .seconds(600)
        var shared: [Int: Result<String?, LookupFailure>] = [:]
        try connection.askTogether(questions[...], until: deadline) { position, reply in
            #expect(shared.updateValue(reply.result, forKey: position) == nil)
        }
        var alone: [Result<String?, LookupFailure>] = []
        try connection.ask(questions[...], until: deadline) { alone.append($0.result) }
        for (position, result) in shared {
            #expect(result == alone[position], "\(comment) \(questions[position].key.debugDescription)")
        }
        return shared.count
    }
}

extension MySQLFixture {
    /// A table with rows, several of some keys, some NULL.
    fileprivate func fill(
        _ table: String, keyColumn: String, rows generator: inout SeededGenerator,
        text: (inout SeededGenerator, Int) -> String
    ) async throws {
        let isLong = keyColumn.hasPrefix("TEXT") || keyColumn.hasPrefix("BLOB")
        let index = isLong ? "k(20)" : generator.pick(["k", "k, v", "v, k", "n"])
        var statements = """
            CREATE TABLE \(table) (id INT PRIMARY KEY AUTO_INCREMENT, k \(keyColumn), v VARCHAR(90), n INT,
              active BOOL NOT NULL, KEY (\(index)));

            """
        statements += "INSERT IGNORE INTO \(table) (k, v, n, active) VALUES "
        for row in 0..<150 {
            let key = text(&generator, generator.pick([0, 20])) + generator.pick(["", "", " ", "  "])
            let value = generator.chance(10) ? "NULL" : "'\(text(&generator, 0))'"
            let number = generator.chance(20) ? "NULL" : "\(Int.random(in: 0...9, using: &generator))"
            let quoted = key.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
            statements += row == 0 ? "" : ",\n"
            statements += "('\(quoted)', \(value), \(number), \(generator.chance(80)))"
        }
        try await servers[0].sql(statements, database: database)
    }
}
