import PostfixConfig
import Routing

/// A mailbox domain that is a key of the alias maps as well: with `virtual_alias_domains = $virtual_alias_maps` that
/// makes it a domain of aliases, and its mailboxes unknown.
public struct DomainsAsAliases: Rule {
    public static let name = "domains-as-aliases"
    public static let summary =
        "A mailbox domain that also stands in the alias maps, which makes it a domain of aliases."
    public static let remedy = "remove the entry, or set `virtual_alias_domains`"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.data

    public init() {}

    public func findings(in setup: Setup) async -> [Finding] {
        let survey = await setup.data
        let router = setup.quietRouter()
        var findings: [Finding] = []
        for domain in 0..<Int32(survey.book.domains.count) where findings.count < shownFindings {
            let entry = survey.domains.entry(domain)
            guard entry.isListedForMailboxes, entry.isListedForAliases else { continue }
            let name = survey.book.domains.text(domain)
            guard
                let key = survey.book.find(localPart: name, domain: AddressBook.noDomain),
                survey.graph.hasEdges(key) || survey.book.marks[Int(key)].contains(.alias),
                (try? await router.addressClass(of: .init(localPart: "postmaster", domain: name)))
                    == .virtualAlias
            else { continue }
            let map = survey.graph.mapName(of: key)
            let removal = RowCure(survey, mapName: map).delete(key: name)
            findings.append(
                finding(
                    .error, name,
                    "\(name) is a mailbox domain and a key of the alias maps; that makes it a domain of aliases, "
                        + "and its \(Int(entry.mailboxes).counted("mailbox is", "mailboxes are")) unknown",
                    evidence: [
                        Evidence(
                            place: map,
                            "\(name) -> \(survey.graph.targets(of: key).shortened { survey.book.text($0) })"),
                        setup.evidence("virtual_alias_domains"), setup.evidence("virtual_mailbox_domains"),
                    ],
                    cure: "name your domains of aliases apart from the maps, here none: "
                        + "\(setup.configuration.command("postconf")) 'virtual_alias_domains ='; or take the entry out"
                        + (removal == nil ? "" : ":"), commands: removal.map { [$0] } ?? []))
        }
        return findings
    }
}
