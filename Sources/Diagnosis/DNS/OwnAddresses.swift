import MailFormat
import NameService
import PostfixConfig

/// The addresses under which this server is reached, as far as interfaces, proxies and the DNS say.
struct OwnAddresses: Sendable {
    private var addresses: Set<IPAddress>
    /// What the DNS has for `myhostname`; nil where that is no name for others.
    let ofHost: [IPAddress]?

    init(_ setup: Setup, _ names: NameService) async throws(NameFailure) {
        let host = setup.configuration[.myhostname].lowercased()
        addresses = Set(InterfaceAddress.own(setup.configuration).compactMap { IPAddress(bytes: $0.bytes) })
        addresses.formUnion(InterfaceAddress.proxies(setup.configuration).compactMap { IPAddress(bytes: $0) })
        guard Self.isPublic(host), let name = DomainName(host) else {
            ofHost = nil
            return
        }
        let found = try await names.addresses(of: name).values
        addresses.formUnion(found)
        ofHost = found
    }

    func contain(anyOf others: [IPAddress]) -> Bool { others.contains(where: addresses.contains) }

    /// Names that could be looked up from elsewhere: not those for examples and for use at home (RFC 2606, RFC 6761).
    static func isPublic(_ name: String) -> Bool {
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
}

extension Setup {
    /// Whether the MX records of a domain lead to this server; false also where nobody knows.
    func leadsHere(_ domain: String) async -> Bool {
        guard OwnAddresses.isPublic(domain), let name = DomainName(domain), let names else { return false }
        let setup = self
        let answer = await TimeLimit(patienceForNames / 3).run {
            do throws(NameFailure) {
                let own = try await OwnAddresses(setup, names)
                for exchanger in try await names.mailExchangers(of: name).values.prefix(10) {
                    if own.contain(anyOf: try await names.addresses(of: exchanger.host).values) { return true }
                }
            } catch {}
            return false
        }
        return answer ?? false
    }
}
