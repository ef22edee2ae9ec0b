import LookupTables
import PostfixConfig
import Routing

/// Two maps of one list that have the same key and say different things: only the first is heard.
public struct MaskedAnswers: Rule {
    public static let name = "masked-answers"
    public static let summary =
        "Two maps of one list that answer the same key differently; the second is never heard."
    public static let remedy = 
        "take out the entry that is never heard, or let the first lead to both; or turn the order of the maps round"
    public static let worst = Finding.Severity.warning
    public static let cost = RuleCost.data

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let survey = await setup.data
        let tables = RoutingTables(setup.configuration, opener: setup.opener)
        return await findings(
            survey.aliasConflicts.map(\.key), tables.virtualAliasMaps, survey, setup)
            + findings(survey.mailboxConflicts, tables.virtualMailboxMaps, survey, setup)
    }

    private struct Answer: Sendable {
        let map: String
        let value: String
    }

    private func findings(
        _ keys: [Int32], _ list: TableList, _ survey: DataSurvey, _ setup: Setup
    ) async -> [Finding] {
        var unique: [Int32] = []
        for key in keys where unique.last != key { unique.append(key) }
        var findings: [Finding] = []
        var shown: [(key: String, answers: [Answer])] = []
        for number in unique.prefix(100) where shown.count <= shownFindings {
            let key = survey.book.text(number)
            let answers = await answers(to: key, list)
            // Asked by the map's own code: what was read may have been more than a lookup sees.
            guard answers.count > 1, answers.dropFirst().contains(where: { differs($0, from: answers[0]) })
            else { continue }
            shown.append((key, answers))
        }
        let trial = CureTrial(setup, survey)
        for (key, answers) in shown.prefix(shownFindings) {
            let unheard = answers.dropFirst().first { differs($0, from: answers[0]) } ?? answers[0]
            let cure = await cure(key, answers[0], unheard, list, survey, trial)
            findings.append(
                finding(
                    .warning, key,
                    "two maps of \(list.parameter) answer for \(key): \(answers[0].map) wins, "
                        + "and \(unheard.map) is never heard",
                    evidence: answers.map { Evidence(place: $0.map, "\(key) -> \($0.value)") }
                        + [setup.evidence(list.parameter)],
                    cure: cure.words, commands: cure.command.map { [$0] } ?? []))
        }
        if unique.count > shownFindings, !shown.isEmpty {
            let rest = unique.count - findings.count
            findings.append(
                finding(
                    .warning, "\(rest) more keys of \(list.parameter)",
                    "\(rest) more keys are answered by two maps of \(list.parameter)",
                    evidence: [
                        Evidence(unique.dropFirst(findings.count).shortened(to: 10) { survey.book.text($0) })
                    ],
                    cure: "keep one of the two entries, or turn the order round"))
        }
        return findings
    }

    /// What changes nothing for mail, where an entry may go; else what lets both be heard.
    private func cure(
        _ key: String, _ first: Answer, _ unheard: Answer, _ list: TableList, _ survey: DataSurvey,
        _ trial: CureTrial
    ) async -> (words: String, command: Finding.Command?) {
        let order = "or turn the order of \(list.parameter) round: the first map that has the key decides"
        guard list.parameter == "virtual_alias_maps" else {
            return ("keep one of the two entries, \(order)", nil)
        }
        let address = CureTrial.sample(of: key)
        let new = unheard.value.split { $0 == "," || $0.isWhitespace }.map(String.init)
            .filter { !first.value.lowercased().contains($0.lowercased()) }
        let both =
            new.count == 1
            ? await KeyRows(survey, mapName: first.map, key: key)?.adding(new[0]) : nil
        let helps = if let both { await trial.helps([both], [address]) } else { false }
        let edit = await KeyRows(survey, mapName: unheard.map, key: key)?
            .changing(row: unheard.value, to: nil)
        if let removal = edit?.command {
            return (
                (helps ? "if both shall get mail: \(both?.words ?? "") " : "")
                    + "If all is as it should be, take out the entry that is never heard (\(order)):", removal
            )
        }
        guard helps, let both else { return ("keep one of the two entries, \(order)", nil) }
        return (
            "if \(new[0]) shall get the mail as well"
                + (both.command == nil ? ": \(both.words)" : " (\(order)):"), both.command
        )
    }

    private func answers(to key: String, _ list: TableList) async -> [Answer] {
        var answers: [Answer] = []
        for table in list.tables {
            guard let value = try? await table.lookup(key) else { continue }
            answers.append(Answer(map: table.name, value: value))
        }
        return answers
    }

    /// Whether an answer says something that the first does not.
    private func differs(_ answer: Answer, from first: Answer) -> Bool {
        let known = Set(first.value.split { $0 == "," || $0.isWhitespace }.map { $0.lowercased() })
        return !known.isSuperset(
            of: answer.value.split { $0 == "," || $0.isWhitespace }.map { $0.lowercased() })
    }
}
