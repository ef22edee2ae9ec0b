import MailFormat
import PostfixConfig
import Routing

/// Destinations that are no addresses: nothing at all, a word, two addresses that a semicolon joins.
public struct AliasDestinations: Rule {
    public static let name = "alias-destinations"
    public static let summary = "A destination of an alias that is no address."
    public static let remedy = "write an address, or several between commas"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.data

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let survey = await setup.data
        let router = setup.quietRouter(strict: true)
        var findings: [Finding] = []
        for kind in [
            RowTroubles.Kind.noAddress, .noDestination, .badAddress, .tooLong, .bareWord, .semicolon,
        ] {
            let count = survey.troubles.count(kind)
            guard count > 0 else { continue }
            var shown = 0
            for example in survey.troubles.examples(kind) {
                guard let finding = await finding(kind, example, survey, setup, router) else { continue }
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
        return findings
    }

    private func finding(
        _ kind: RowTroubles.Kind, _ example: RowTroubles.Example, _ survey: DataSurvey, _ setup: Setup,
        _ router: Router
    ) async -> Finding? {
        let reply = await failure(of: example.key, router)
        let severity: Finding.Severity
        let message: String
        var cure = RowCure(survey, mapName: example.map).removal(key: example.key)
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
            cure = RowCure(survey, mapName: example.map).change(
                key: example.key, value: example.value.replacing(";", with: ","))
        case .bareWord:
            guard let word = await deadWord(example, router) else { return nil }
            severity = .error
            message =
                "a destination of \(example.key) is the bare word \(word.word), which means "
                + "\(word.address.text), and that is nobody's"
            cure =
                "write the whole address: "
                + RowCure(survey, mapName: example.map).change(key: example.key, value: "…@…")
        case .noKey, .badKey, .capitalKey: return nil
        }
        return finding(
            severity, example.key, message,
            evidence: [Evidence(place: example.map, "\(example.key) -> \(shown(example.value))")]
                + (reply.map { [Evidence(place: "RCPT TO:<\(example.key)>", $0)] } ?? []),
            cure: cure)
    }

    private func shown(_ value: String) -> String {
        value.isEmpty || value.allSatisfy(\.isWhitespace) ? "\"\(value)\"" : value
    }

    /// What a client would read; nil where mail is taken.
    private func failure(of key: String, _ router: Router) async -> String? {
        let address = MailAddress(
            localPart: key.hasPrefix("@") ? AliasWalk.anybody : MailAddress(key).localPart,
            domain: MailAddress(key).domain)
        return switch await router.verdict(on: address) {
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
