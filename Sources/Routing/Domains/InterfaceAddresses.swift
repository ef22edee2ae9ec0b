import MailFormat
import PostfixConfig

/// The addresses that this machine receives mail on: `user@[192.0.2.1]` is local where it is one of them.
///
/// Source: inet_interfaces and proxy_interfaces in postconf(5); address literals in RFC 5321 §4.1.3.
public struct InterfaceAddresses: Sendable {
    private let addresses: Set<IPAddress>

    public init(_ addresses: some Sequence<IPAddress>) {
        self.addresses = Set(addresses)
    }

    /// Asks the machine and, for host names, its resolver: for when a configuration is loaded.
    public init(_ configuration: Configuration) {
        let own = InterfaceAddress.own(configuration).map(\.bytes) + InterfaceAddress.proxies(configuration)
        self.init(own.compactMap { IPAddress(bytes: $0) })
    }

    /// Whether the domain is one of the addresses in brackets, `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
    func contains(_ domain: String) -> Bool {
        guard !addresses.isEmpty, domain.utf8.first == UInt8(ascii: "["),
            domain.utf8.last == UInt8(ascii: "]")
        else { return false }
        var text = domain.dropFirst().dropLast()
        if ASCII.hasPrefix(String(text), "ipv6:") { text = text.dropFirst(5) }
        guard let address = IPAddress(text) else { return false }
        return addresses.contains(address)
    }
}
