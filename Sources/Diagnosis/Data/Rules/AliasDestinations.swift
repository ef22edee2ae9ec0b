import MailFormat
import PostfixConfig
import Routing

/// Destinations that are no addresses: nothing at all, a word, two addresses that a semicolon joins.
public struct AliasDestinations: Rule {
    public static let name = "alias-destinations"
    public static let summary = "A destination of an alias, of a canonical map or of a map of copies that is no address."
    public static let remedy = "write an address, or several between commas"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.data

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let survey = await setup.data
        let trial = CureTrial(setup, survey)
        var findings: [Finding] = []
        for kind in [
            RowTroubles.Kind.noAddress, .noDestination, .badAddress, .tooLong, .bareWord, .semicolon,
        ] {
            let count = survey.troubles.count(kind)
            guard count > 0 else { continue }
            var shown = 0
            for example in survey.troubles.examples(kind) {
                guard let finding = await finding(kind, example, survey, setup, trial) else { continue }
                findings.append(finding)
                shown += 1
            }
            if count > RowTroubles.shown, shown > 0 {
                let rest = count - RowTroubles.shown
                findings.append(
                    finding(
                        findings.last?.severity ?? .warning, "\(rest) more entries",
                        "\(rest) more entries like that of \(survey.troubles.examples(kind)[0].key)",
                        cure: "put these right first, and run this again"))
            }
        }
        for part in await RewritingTroubles(setup).parts { findings += self.findings(in: part, setup) }
        return findings
    }

    /// Of maps that change addresses, or name who gets a copy. A bare word is an address of `$myorigin` there.
    private func findings(in part: RewritingTroubles.Part, _ setup: Setup) -> [Finding] {
        var findings: [Finding] = []
        for kind in [RowTroubles.Kind.noAddress, .badAddress, .semicolon] {
            let (severity, consequence): (Finding.Severity, String) =
                switch (kind, part.isCopy) {
                case (.noAddress, true): (.warning, "holds no address, so nobody gets a copy")
                case (.noAddress, false): (.error, "holds no address, so mail with that address waits and fails")
                case (.semicolon, true): (.warning, "joins addresses with a semicolon, which not every program reads so")
                case (.semicolon, false): (.warning, "joins addresses with a semicolon, and only one address can be meant")
                case (_, true): (.warning, "is no address, so the copy gets lost or comes back")
                case (_, false): (.error, "is no address, and mail gets it written on")
                }
            for example in part.troubles.examples(kind) {
                guard let map = part.maps.first(where: { $0.name == example.map }) else { continue }
                let change = RowCure(map).change(key: example.key, value: "…@…", from: example.value)
                findings.append(
                    finding(
                        severity, example.key,
                        "what \(part.parameter) has for \(example.key) \(consequence)",
                        evidence: [
                            Evidence(place: example.map, "\(example.key) -> \(shown(example.value))"),
                            setup.evidence(part.parameter),
                        ], cure: "write the address that is meant: \(change)"))
            }
        }
        return findings
    }

    private func finding(
        _ kind: RowTroubles.Kind, _ example: RowTroubles.Example, _ survey: DataSurvey, _ setup: Setup,
        _ trial: CureTrial
    ) async -> Finding? {
        let router = setup.quietRouter(strict: true)
        let reply = await failure(of: example.key, router)
        let severity: Finding.Severity
        let message: String
        switch kind {
        case .noAddress:
            severity = reply == nil ? .warning : .error
            message = "the destination of \(example.key) holds no address, so its mail waits and fails"
        case .noDestination:
            severity = reply == nil ? .warning : .error
            message = "the destination of \(example.key) is NULL, which is as if the entry were not there"
        case .badAddress:
            severity = .error
            message = "a destination of \(example.key) is no address: \(example.value)"
        case .tooLong:
            severity = .error
            message =
                "a destination of \(example.key) is longer than virtual_alias_address_length_limit = "
                + "\(setup.configuration[.virtualAliasAddressLengthLimit])"
        case .semicolon:
            severity = .warning
            message =
                "the destinations of \(example.key) are joined by a semicolon, which not every program reads as "
                + "two addresses"
        case .bareWord:
            guard let word = await deadWord(example, router) else { return nil }
            severity = .error
            message =
                "a destination of \(example.key) is the bare word \(word.word), which means "
                + "\(word.address.text), and that is nobody's"
        case .noKey, .badKey, .capitalKey: return nil
        }
        let cure = await cure(kind, example, survey, trial)
        return finding(
            severity, example.key, message,
            evidence: [Evidence(place: example.map, "\(example.key) -> \(shown(example.value))")]
                + (reply.map { [Evidence(place: "RCPT TO:<\(example.key)>", $0)] } ?? []),
            cure: cure.words, commands: cure.edit?.command.map { [$0] } ?? [])
    }

    /// What was probably meant; else, where others take the mail, without the destination.
    private func cure(
        _ kind: RowTroubles.Kind, _ example: RowTroubles.Example, _ survey: DataSurvey, _ trial: CureTrial
    ) async -> (words: String, edit: RowEdit?) {
        let value = kind == .noDestination ? nil : example.value
        let address = CureTrial.sample(of: example.key)
        let row = RowCure(survey, mapName: example.map)
        let rows = await KeyRows(survey, mapName: example.map, key: example.key)
        func ended(_ words: String, _ edit: RowEdit) -> (String, RowEdit?) {
            (words + (edit.command == nil ? ": \(edit.words)" : ":"), edit)
        }
        if let value {
            let meant = MeantDestination.candidates(for: value, of: address, kind)
            if let edit = await trial.first(of: meant.map { rows?.changing(row: value, to: $0) }, for: [address]) {
                return ended("write what was probably meant, \(edit.answer.joined(separator: ", "))", edit)
            }
        }
        if let edit = rows?.changing(row: value, to: nil), await trial.helps([edit], [address]) {
            return ended("take the entry out, and mail for \(example.key) goes where it would go without it", edit)
        }
        return (
            "write where mail for \(example.key) is to go: "
                + row.change(key: example.key, value: "…@…", from: value)
                + " Where nobody needs it any more: "
                + (row.delete(key: example.key, value: value)?.text ?? row.removal(key: example.key)), nil
        )
    }

    private func shown(_ value: String) -> String {
        value.isEmpty || value.allSatisfy(\.isWhitespace) ? "\"\(value)\"" : value
    }

    /// What a client would read; nil where mail is taken.
    private func failure(of key: String, _ router: Router) async -> String? {
        switch await router.verdict(on: CureTrial.sample(of: key)) {
        case .accepted: nil
        case .rejected(let reply), .deferred(let reply, _): reply.text
        }
    }

    /// The first bare word of the destinations that is nobody's name here.
    private func deadWord(
        _ example: RowTroubles.Example, _ router: Router
    ) async -> (word: String, address: MailAddress)? {
        for address in AddressList.parse(example.value) where address.domain == nil {
            let completed = router.completed(address)
            guard case .rejected = await router.verdict(on: completed) else { continue }
            return (address.localPart, completed)
        }
        return nil
    }
}
