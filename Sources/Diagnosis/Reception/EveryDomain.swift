import LookupTables
import PostfixConfig

/// A list of domains that has every domain: `relay_domains = static:yes`, or a query without a WHERE.
public struct EveryDomain: Rule {
    public static let name = "every-domain"
    public static let summary =
        "A list of our domains has domains that nobody ever had, so strangers may relay anywhere."
    public static let remedy = "let the map find only domains that are yours: `WHERE name = '%s'`"
    public static let worst = Finding.Severity.error
    public static let cost = RuleCost.servers

    public init() {}

    /// RFC 2606 §2: nobody has such a domain.
    private static let strange = "martlet-check-8f3c1d.invalid"

    public func findings(in setup: Setup) async -> [Finding] {
        var findings: [Finding] = []
        for parameter in [
            "mydestination", "virtual_alias_domains", "virtual_mailbox_domains", "relay_domains",
        ] {
            let list = DomainList(parameter, setup)
            let answer = await list.answer(Self.strange)
            if case .failed(let failure) = answer {
                findings.append(failure.finding(of: self, asking: Self.strange))
            }
            guard case .listed(let element) = answer else { continue }
            findings.append(
                finding(
                    .error, parameter,
                    "has every domain, also \(Self.strange): mail for the whole world is taken for ours",
                    evidence: [
                        setup.evidence(parameter), Evidence(place: element, "\(Self.strange) is found"),
                    ],
                    cure:
                        "let \(element) find nothing for domains that are not yours; a query needs WHERE name = '%s'"
                ))
        }
        return findings
    }
}
