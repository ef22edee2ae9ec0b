import LookupTables
import PostfixConfig

/// `john+lists@example.org` beside `john@example.org` in a table, and `recipient_delimiter` is empty.
public struct DelimiterAdvice: Rule {
    public static let name = "recipient-delimiter"
    public static let summary =
        "Addresses are written as if recipient_delimiter split them, and it does not; or it splits those that are whole."
    public static let remedy = "`martlet postconf recipient_delimiter=+`"
    public static let worst = Finding.Severity.advice
    public static let cost = RuleCost.files

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        var findings: [Finding] = []
        for parameter in ["virtual_alias_maps", "virtual_mailbox_maps"] {
            for map in setup.maps(of: parameter) {
                guard let table = try? setup.opener.openOrFail(map.specification) as? any ListableTable,
                    let entries = try? await table.entries()
                else { continue }
                if let finding = finding(about: entries.map(\.key), of: map, setup) {
                    findings.append(finding)
                }
            }
        }
        return findings
    }

    private func finding(about keys: [String], of map: NamedMap, _ setup: Setup) -> Finding? {
        let delimiter = setup.configuration[.recipientDelimiter]
        let known = Set(keys.map { $0.lowercased() })
        for key in keys.sorted() {
            for mark in ["+", "-"] where !delimiter.contains(mark) {
                guard let plain = Self.plain(key, mark), known.contains(plain.lowercased()) else { continue }
                return finding(
                    .advice, "recipient_delimiter",
                    "is \(delimiter.isEmpty ? "empty" : "\"\(delimiter)\""), so mail to \(plain.replacing("@", with: "\(mark)anything@")) "
                        + "is refused where no table has that very address",
                    evidence: [
                        Evidence(place: map.specification, key), setup.evidence("recipient_delimiter"),
                    ],
                    cure: "where it shall come to \(plain), unless a table has more:",
                    commands: [
                        .init(
                            "\(setup.configuration.command("postconf")) recipient_delimiter=\(Shell.quoted(delimiter + mark))")
                    ])
            }
        }
        return nil
    }

    /// `john@example.org` of `john+lists@example.org`.
    private static func plain(_ key: String, _ mark: String) -> String? {
        guard let at = key.lastIndex(of: "@"), let split = key[..<at].firstRange(of: mark),
            split.lowerBound > key.startIndex
        else { return nil }
        return String(key[..<split.lowerBound] + key[at...])
    }
}
