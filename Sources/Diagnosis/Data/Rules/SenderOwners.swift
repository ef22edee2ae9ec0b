import LookupTables
import PostfixConfig
import Routing

/// `smtpd_sender_login_maps` that knows mailboxes, but not their aliases: who writes as their own alias reads "553
/// Sender address rejected: not owned by user".
public struct SenderOwners: Rule {
    public static let name = "sender-owners"
    public static let summary = "smtpd_sender_login_maps lets nobody write as their own alias."
    public static let remedy = "the query that the finding has, which answers with the owners of aliases as well"
    public static let worst = Finding.Severity.advice
    public static let cost = RuleCost.data

    public init() {}

    /// So many of each are asked for.
    private static let sample = 20

    public func findings(in setup: Setup) async -> [Finding] {
        let parameter = "smtpd_sender_login_maps"
        let maps = setup.maps(of: parameter)
        guard !maps.isEmpty else { return [] }
        let survey = await setup.data
        let list = setup.opener.list(parameter, of: maps.map(\.specification))
        let book = survey.book
        var mailboxes: [Int32] = []
        var aliases: [(alias: Int32, mailbox: Int32)] = []
        for number in 0..<Int32(book.count) {
            if mailboxes.count == Self.sample, aliases.count == Self.sample { break }
            if mailboxes.count < Self.sample, book.marks[Int(number)].contains(.mailbox),
                !book.hasEmptyLocalPart(number)
            {
                mailboxes.append(number)
            }
            if aliases.count < Self.sample, !book.marks[Int(number)].contains(.mailbox),
                !book.hasEmptyLocalPart(number), book.domain(of: number) >= 0,
                let owner = survey.graph.targets(of: number).first(where: {
                    book.marks[Int($0)].contains(.mailbox)
                })
            {
                aliases.append((number, owner))
            }
        }
        guard let example = aliases.first else { return [] }
        do throws(LookupFailure) {
            var owned = 0
            for mailbox in mailboxes where try await list.lookup(book.text(mailbox)) != nil { owned += 1 }
            for alias in aliases where try await list.lookup(book.text(alias.alias)) != nil { return [] }
            guard owned > 0 else { return [] }
        } catch {
            // The rules about servers and statements say why.
            return []
        }
        return [
            finding(
                .advice, parameter,
                "nobody may write as their own alias: \(parameter) knows mailboxes, and no alias",
                evidence: [
                    setup.evidence(parameter),
                    Evidence(
                        place: survey.graph.mapName(of: example.alias),
                        "\(book.text(example.alias)) -> \(book.text(example.mailbox))"),
                    Evidence(
                        place: "MAIL FROM:<\(book.text(example.alias))> as \(book.text(example.mailbox))",
                        "553 5.7.1 <\(book.text(example.alias))>: Sender address rejected: not owned by user "
                            + book.text(example.mailbox)),
                ],
                cure: cure(survey, maps.map(\.specification)))
        ]
    }

    private func cure(_ survey: DataSurvey, _ maps: [String]) -> String {
        let aliasMap = survey.aliasMaps.first { RowCure($0).columns != nil && $0.rows > 0 }
        let mailboxMap = survey.mailboxMaps.first { RowCure($0).columns != nil }
        guard let aliases = aliasMap.flatMap({ RowCure($0).columns }),
            let mailboxes = mailboxMap.flatMap({ RowCure($0).columns })
        else { return "add a map that answers an alias with the login of its owner" }
        return
            "if they shall, ask for both, in \(maps.first ?? "the map"): query = SELECT \(mailboxes.key) FROM "
            + "\(mailboxes.table) WHERE \(mailboxes.key)='%s' UNION SELECT \(aliases.value) FROM \(aliases.table) "
            + "WHERE \(aliases.key)='%s'"
    }
}
