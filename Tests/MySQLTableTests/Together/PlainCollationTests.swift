import Peers
import Testing

@testable import MySQLTable

/// The collations that let keys be asked together.
@Suite struct PlainCollationTests {
    /// All texts of one or two visible ASCII characters: equal means equal but for case. No collation joins more
    /// than two letters of ASCII to one.
    @Test func theyKeepDifferentTextsApart() async throws {
        let server = try await MariaDBServer.shared()
        let names = try await server.sql(
            "SELECT full_collation_name FROM information_schema.collation_character_set_applicability")
        let accepted = names.split(separator: "\n").map(String.init).filter(PlainCollation.isPlain)
        // Those of MySQL alone are not among them.
        #expect(accepted.count >= 30)
        for collation in accepted {
            let characterSet = String(collation.prefix { $0 != "_" })
            let groups = try await server.sql(
                """
                WITH c AS (SELECT CHAR(seq USING \(characterSet)) AS c FROM seq_33_to_126),
                  s AS (SELECT c AS s FROM c UNION ALL SELECT CONCAT(a.c, b.c) FROM c a, c b)
                SELECT COUNT(*) FROM (
                  SELECT 1 FROM s GROUP BY s COLLATE \(collation)
                  HAVING COUNT(DISTINCT LOWER(s) COLLATE \(characterSet)_bin) > 1) mixed
                """, database: "mysql")
            #expect(groups == "0\n", "\(collation)")
        }
    }

    @Test(arguments: [
        "utf8mb4_swedish_ci", "utf8mb4_lithuanian_ci", "utf8mb4_turkish_ci", "latin1_german2_ci", "binary",
        "ucs2_bin",
        "utf8mb4_uca1400_swedish_ai_ci", "sjis_japanese_ci", "", "utf8mb4",
    ])
    func othersAreRefused(name: String) {
        #expect(!PlainCollation.isPlain(name))
    }
}
