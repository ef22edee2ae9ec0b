import Foundation
import Testing

@testable import PostfixConfig

/// Documentation/parameters.md says what the catalogue says.
///
/// `MARTLET_WRITE_PAGES=1 swift test --filter ParametersPageTests` writes the page's tables anew.
@Suite struct ParametersPageTests {
    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Documentation/parameters.md").standardized

    private static func table(_ marker: String, _ definitions: [ParameterDefinition]) -> String {
        var lines = ["<!-- \(marker) -->", "| parameter | default | what it says |", "| --- | --- | --- |"]
        for definition in definitions {
            var shown = "computed"
            if case .text(let text) = definition.default {
                shown = text.isEmpty ? "" : "`\(text.replacing("|", with: "\\|"))`"
            }
            lines.append("| `\(definition.name)` | \(shown) | \(definition.summary) |")
        }
        return (lines + ["<!-- end -->"]).joined(separator: "\n")
    }

    private static var tables: [(marker: String, table: String)] {
        let all = ParameterCatalogue.all
        let own = all.filter { $0.summary.hasPrefix("Martlet's own") }
        let obeyed = all.filter { $0.effect == .actedOn && !$0.summary.hasPrefix("Martlet's own") }
        let warned = all.filter { $0.effect == .notActedOnButGuards || $0.effect == .notActedOnButRoutes }
        return [("own", own), ("obeyed", obeyed), ("warned", warned)].map { ($0.0, table($0.0, $0.1)) }
    }

    @Test func thePageIsInStepWithTheCatalogue() throws {
        var text = try String(contentsOf: Self.page, encoding: .utf8)
        if ProcessInfo.processInfo.environment["MARTLET_WRITE_PAGES"] != nil {
            for (marker, table) in Self.tables {
                let start = try #require(text.range(of: "<!-- \(marker) -->"))
                let end = try #require(
                    text.range(of: "<!-- end -->", range: start.upperBound..<text.endIndex))
                text.replaceSubrange(start.lowerBound..<end.upperBound, with: table)
            }
            try text.write(to: Self.page, atomically: true, encoding: .utf8)
        }
        for (marker, table) in Self.tables {
            #expect(text.contains(table), "the table \(marker) is not the catalogue's: write the page anew")
        }
    }
}
