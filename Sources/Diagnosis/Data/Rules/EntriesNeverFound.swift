import LookupTables
import PostfixConfig
import Routing

/// Entries whose key no lookup asks for: blanks round it, two addresses in it, capital letters where the column tells
/// them from small ones.
public struct EntriesNeverFound: Rule {
    public static let name = "entries-never-found"
    public static let summary =
        "An alias under a key that no lookup asks for: with blanks, commas or capital letters."
    public static let remedy = "write the key as lookups ask for it: one address, small letters, no blanks"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.data

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let survey = await setup.data
        let tables = RoutingTables(setup.configuration, opener: setup.opener)
        let trial = CureTrial(setup, survey)
        var findings: [Finding] = []
        for kind in [RowTroubles.Kind.badKey, .capitalKey, .noKey] {
            let count = survey.troubles.count(kind)
            guard count > 0 else { continue }
            var isUnfound = false
            for example in survey.troubles.examples(kind) {
                guard let finding = await finding(kind, example, survey, tables, trial) else { continue }
                isUnfound = true
                findings.append(finding)
            }
            if isUnfound, count > RowTroubles.shown {
                findings.append(
                    finding(
                        findings.last?.severity ?? .warning, "\(count - RowTroubles.shown) more entries",
                        "\(count - RowTroubles.shown) more entries have a key like "
                            + "\"\(survey.troubles.examples(kind)[0].key)\"",
                        cure: "put these right first, and run this again"))
            }
        }
        return findings
    }

    private func finding(
        _ kind: RowTroubles.Kind, _ example: RowTroubles.Example, _ survey: DataSurvey,
        _ tables: RoutingTables, _ trial: CureTrial
    ) async -> Finding? {
        let evidence = [Evidence(place: example.map, "\"\(example.key)\" -> \(example.value)")]
        let cure = RowCure(survey, mapName: example.map)
        if kind == .noKey {
            return finding(
                .advice, example.map, "an entry has no key (NULL), so it is never found", evidence: evidence,
                cure: "fill in its address; or take it out, which changes nothing for mail:",
                commands: cure.delete(key: nil).map { [$0] } ?? [])
        }
        let meant = KeyFolding.lowercase.fold(
            String(example.key.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()))
        guard let table = tables.virtualAliasMaps.tables.first(where: { $0.name == example.map }) else {
            return nil
        }
        let hasSeveral = meant.contains { $0 == "," || $0 == ";" }
        if !hasSeveral {
            do throws(LookupFailure) {
                // Many columns tell neither case nor blanks at the end apart.
                guard try await table.lookup(meant) == nil else { return nil }
            } catch {
                return nil
            }
        }
        let reason =
            if hasSeveral {
                "it has several addresses in it, and lookups ask for one"
            } else if kind == .capitalKey {
                "it has capital letters, lookups ask for small ones, and the column tells them apart"
            } else {
                "it has white space in it, and lookups ask without"
            }
        let remedy = await remedy(example, meant, hasSeveral: hasSeveral, survey, trial)
        return finding(
            .error, example.key.isEmpty ? example.map : meant,
            "the entry \"\(example.key)\" is never found: \(reason)", evidence: evidence,
            cure: remedy.words, commands: remedy.command.map { [$0] } ?? [])
    }

    private func remedy(
        _ example: RowTroubles.Example, _ meant: String, hasSeveral: Bool, _ survey: DataSurvey,
        _ trial: CureTrial
    ) async -> (words: String, command: Finding.Command?) {
        let cure = RowCure(survey, mapName: example.map)
        let removal = cure.delete(key: example.key)
        guard !hasSeveral, let rename = cure.rename(key: example.key, to: meant) else {
            return (
                hasSeveral
                    ? "make an entry for each of the addresses; then take this one out, which nobody asks for:"
                    : "write \(meant) in its place", hasSeveral ? removal : nil
            )
        }
        // Found under another key, the entry may take mail that goes elsewhere today.
        let edit = RowEdit(
            map: example.map, key: meant, answer: [example.value], command: rename, words: rename.text)
        if await trial.helps([edit], [CureTrial.sample(of: meant)]) {
            return ("write the key as lookups ask for it:", rename)
        }
        return (
            "it is for you to say whether the entry is wanted, for with it mail for \(meant) would not go where it goes "
                + "today: if so, \(rename.text) If not, take it out, which changes nothing:", removal
        )
    }
}
