import MailFormat
import NameService
import PostfixConfig

/// MX, A or AAAA, and PTR that do not fit together: others do not find the server, or take it for a spammer's.
public struct NamesInDNS: Rule {
    public static let name = "names-in-dns"
    public static let summary = "The DNS does not lead to this server, or not back: MX, A, AAAA and PTR."
    public static let remedy = "add the record that the finding names"
    public static let worst = Finding.Severity.warning
    public static let cost = RuleCost.servers

    public init() {}

    /// More names would keep whoever waits too long.
    private static let mostDomains = 200
    private static let mostExchangers = 20
    /// Domains that are asked about at the same time.
    private static let width = 20

    public func findings(in setup: Setup) async -> [Finding] {
        let host = setup.configuration[.myhostname].lowercased()
        guard let names = setup.names, let hostName = DomainName(host) else {
            return [unknown(host, "no name server could be found to ask")]
        }
        do throws(NameFailure) {
            let own = try await OwnAddresses(setup, names)
            var findings: [Finding] = []
            if let addresses = own.ofHost {
                findings = try await self.findings(about: hostName, addresses, names, setup)
            }
            return findings + (await self.findings(aboutDomainsOf: setup, host: host, own, names))
        } catch {
            return [unknown(host, "the DNS could not be asked: \(error)")]
        }
    }

    // MARK: The server's own name

    private func findings(
        about host: DomainName, _ addresses: [IPAddress], _ names: NameService, _ setup: Setup
    ) async throws(NameFailure) -> [Finding] {
        let evidence = setup.evidence("myhostname")
        guard !addresses.isEmpty else {
            return [
                finding(
                    .warning, "\(host)",
                    "has no A and no AAAA record, so others cannot find the server, and may refuse its mail",
                    evidence: [evidence], cure: "add to the zone: \(host). IN A and the server's address")
            ]
        }
        var findings: [Finding] = []
        for address in addresses.prefix(8) where !Self.isPrivate(address) {
            let pointers = try await names.names(of: address).values
            if pointers.contains(host) { continue }
            let line = "\(address.reverseName). IN PTR \(host)."
            let cure = "ask whoever gave you the address (the provider) for: \(line)"
            guard let name = pointers.first else {
                findings.append(
                    finding(
                        .warning, "\(address)",
                        "has no PTR record, so many servers take mail from it for spam",
                        evidence: [evidence, Evidence("\(host) has the address \(address)")], cure: cure))
                continue
            }
            let seen = [
                evidence, Evidence("\(host) has the address \(address)"),
                Evidence("\(address) has the name \(name)"),
            ]
            let leadsBack = try await names.addresses(of: name).values.contains(address)
            findings.append(
                leadsBack
                    ? finding(
                        .advice, "\(address)",
                        "has the name \(name), while the server says that it is \(host)", evidence: seen,
                        cure: "let myhostname be \(name), or \(cure)")
                    : finding(
                        .warning, "\(address)",
                        "has the name \(name), which does not lead back to it: many servers take mail "
                            + "from it for spam", evidence: seen, cure: cure))
        }
        return findings
    }

    private static func isPrivate(_ address: IPAddress) -> Bool {
        Network("\(address)")?.isPrivate ?? false
    }

    // MARK: The domains

    private func findings(
        aboutDomainsOf setup: Setup, host: String, _ own: OwnAddresses, _ names: NameService
    ) async -> [Finding] {
        let domains = await DomainsToAsk(setup, limit: Self.mostDomains)
        let wanted = domains.all.filter { $0.name != host }
        let progress = StepProgress(of: wanted.count) { setup.run.show(.askingDNS, "asking the DNS", $0) }
        let deadline = ContinuousClock.now + setup.patienceForNames
        let answers = await wanted.mapSideBySide(width: Self.width) { domain -> [Finding]? in
            defer { progress.step() }
            let left = deadline - .now
            guard left > .zero else { return nil }
            return await TimeLimit(left).run {
                do throws(NameFailure) {
                    return try await self.findings(
                        about: domain.name, domain.parameters, host: host, own, names, setup)
                } catch {
                    return [
                        self.finding(
                            .advice, domain.name,
                            "whether others find this server by its MX records is not known: \(error)",
                            evidence: domain.parameters.sorted().map(setup.evidence),
                            cure: "see what the name servers say: host -t MX \(domain.name)")
                    ]
                }
            }
        }
        var findings = answers.compactMap(\.self).flatMap(\.self)
        let asked = answers.count { $0 != nil }
        if asked < wanted.count || domains.isCut {
            let some = domains.isCut ? "there are more than \(Self.mostDomains) domains" : "the DNS was slow"
            findings.append(
                finding(
                    .advice, "the DNS", "only \(asked) domains were asked about, since \(some)",
                    cure: "nothing has to be done; for others: host -t MX DOMAIN"))
        }
        return findings
    }

    private func findings(
        about domain: String, _ parameters: Set<String>, host: String, _ own: OwnAddresses,
        _ names: NameService, _ setup: Setup
    ) async throws(NameFailure) -> [Finding] {
        guard let name = DomainName(domain) else { return [] }
        let evidence = parameters.sorted().map(setup.evidence)
        let cure = "add to the zone: \(domain). IN MX 10 \(host)."
        let exchangers = try await names.mailExchangers(of: name).values.sorted()
        guard !exchangers.isEmpty else {
            // RFC 5321 §5.1: the domain's own address stands in for an MX.
            let addresses = try await names.addresses(of: name).values
            if own.contain(anyOf: addresses) { return [] }
            return [
                finding(
                    .warning, domain,
                    addresses.isEmpty
                        ? "has no MX record, so nobody elsewhere can send mail to it"
                        : "has no MX record, and its own address is not this server's: its mail goes there",
                    evidence: evidence,
                    cure: cure)
            ]
        }
        var findings: [Finding] = []
        var leadsHere = false
        for exchanger in exchangers.prefix(Self.mostExchangers) {
            let line = Evidence("\(domain). IN MX \(exchanger.preference) \(exchanger.host).")
            guard !exchanger.host.isRoot else {
                return [
                    finding(
                        .warning, domain, "says by its MX record that it takes no mail (RFC 7505)",
                        evidence: evidence + [line], cure: cure)
                ]
            }
            let addresses = try await names.addresses(of: exchanger.host).values
            if addresses.isEmpty {
                findings.append(
                    finding(
                        .warning, domain, "its MX record names \(exchanger.host), which has no address",
                        evidence: evidence + [line],
                        cure: "add to the zone: \(exchanger.host). IN A and the server's address"))
            }
            if own.contain(anyOf: addresses) { leadsHere = true }
        }
        if !leadsHere, findings.isEmpty {
            findings.append(
                finding(
                    .advice, domain,
                    "its MX records lead to other servers than this one: mail gets here only if those pass it on",
                    evidence: evidence
                        + exchangers.map { Evidence("\(domain). IN MX \($0.preference) \($0.host).") },
                    cure: cure))
        }
        return findings
    }

    private func unknown(_ host: String, _ reason: String) -> Finding {
        finding(
            .advice, host, "whether others find this server is not known: \(reason)",
            cure: "see whether names can be looked up here: getent hosts \(host); cat /etc/resolv.conf")
    }
}
