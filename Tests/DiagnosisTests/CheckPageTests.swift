import Foundation
import Testing

@testable import Diagnosis

/// Documentation/check.md says what the rules say of themselves.
///
/// `MARTLET_WRITE_PAGES=1 swift test --filter CheckPageTests` writes the page's table anew.
@Suite struct CheckPageTests {
    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Documentation/check.md").standardized

    private static var table: String {
        let rows = RuleBook.all.map { rule in
            let cost =
                switch rule.cost {
                case .files: "*serve*"
                case .servers: "asks servers"
                case .data: "reads tables"
                }
            return "| `\(rule.name)` | \(rule.summary) | \(rule.worst.rawValue) | \(rule.remedy) | \(cost) |"
        }
        return
            ([
                "<!-- rules -->", "| rule | what it finds | at worst | the cure | cost |",
                "| --- | --- | --- | --- | --- |",
            ]
            + rows + ["<!-- end -->"]).joined(separator: "\n")
    }

    @Test func thePageIsInStepWithTheRuleBook() throws {
        var text = try String(contentsOf: Self.page, encoding: .utf8)
        if ProcessInfo.processInfo.environment["MARTLET_WRITE_PAGES"] != nil {
            let start = try #require(text.range(of: "<!-- rules -->"))
            let end = try #require(text.range(of: "<!-- end -->", range: start.upperBound..<text.endIndex))
            text.replaceSubrange(start.lowerBound..<end.upperBound, with: Self.table)
            try text.write(to: Self.page, atomically: true, encoding: .utf8)
        }
        #expect(text.contains(Self.table), "the table of rules is not the rule book's: write the page anew")
    }
}
