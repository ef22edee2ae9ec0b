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
    private static let limit = 20

    public func findings(in setup: Setup) async -> [Finding] {
        let host = setup.configuration[.myhostname].lowercased()
        guard let names = setup.names, let hostName = DomainName(host) else {
            return [unknown(host, "no name server could be found to ask")]
        }
        do throws(NameFailure) {
            var findings: [Finding] = []
            var own = Set(InterfaceAddress.own(setup.configuration).compactMap { IPAddress(bytes: $0.bytes) })
            own.formUnion(InterfaceAddress.proxies(setup.configuration).compactMap { IPAddress(bytes: $0) })
            if Self.isPublic(host) {
                let addresses = try await names.addresses(of: hostName).values
                own.formUnion(addresses)
                findings += try await self.findings(about: hostName, addresses, names, setup)
            }
            for domain in Self.domains(setup).prefix(Self.limit) where domain != host {
                findings += try await self.findings(about: domain, host: host, own: own, names, setup)
            }
            return findings
        } catch {
            return [unknown(host, "the DNS could not be asked: \(error)")]
        }
    }

    /// The domains that main.cf names in words.
    private static func domains(_ setup: Setup) -> [String] {
        let parameters = ["virtual_mailbox_domains", "virtual_alias_domains", "mydestination"]
        return Set(parameters.flatMap { DomainList($0, setup).words }.filter(isPublic)).sorted()
    }

    /// Names that could be looked up from elsewhere: not those for examples and for use at home (RFC 2606, RFC 6761).
    private static func isPublic(_ name: String) -> Bool {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, let last = labels.last, !labels.contains(""), labels[0] != "localhost" else {
            return false
        }
        let reserved = [
            "example", "test", "invalid", "localhost", "localdomain", "local", "lan", "home", "internal",
            "arpa",
        ]
        let examples = ["example.com", "example.net", "example.org"]
        return !reserved.contains(String(last))
            && !examples.contains { name == $0 || name.hasSuffix("." + $0) }
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
        about domain: String, host: String, own: Set<IPAddress>, _ names: NameService, _ setup: Setup
    ) async throws(NameFailure) -> [Finding] {
        guard let name = DomainName(domain) else { return [] }
        let evidence = ["virtual_mailbox_domains", "virtual_alias_domains", "mydestination"]
            .filter { DomainList($0, setup).words.contains(domain) }.map(setup.evidence)
        let cure = "add to the zone: \(domain). IN MX 10 \(host)."
        let exchangers = try await names.mailExchangers(of: name).values.sorted()
        guard !exchangers.isEmpty else {
            // RFC 5321 §5.1: the domain's own address stands in for an MX.
            let addresses = try await names.addresses(of: name).values
            if addresses.contains(where: own.contains) { return [] }
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
        for exchanger in exchangers.prefix(Self.limit) {
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
            if addresses.contains(where: own.contains) { leadsHere = true }
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
