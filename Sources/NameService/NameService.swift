import MailFormat

/// Questions to the DNS: libunbound(3), with its cache, and with DNSSEC where there are keys to begin at.
///
///     let names = try NameService()
///     try await names.mailExchangers(of: domain).values.sorted()
///
/// Asking never blocks a thread, ends within the patience of the settings, and can be cancelled.
public struct NameService: Sendable {
    private let resolver: Resolver

    /// - Throws: where libunbound refuses the settings, such as a file that is not there.
    public init(_ settings: NameServiceSettings = NameServiceSettings()) throws(NameServiceFailure) {
        resolver = try Resolver(settings)
    }

    public func mailExchangers(
        of domain: DomainName
    ) async throws(NameFailure) -> NameAnswer<MailExchanger> {
        try await resolver.records(of: domain.description, "MX")
    }

    /// A and AAAA, asked at the same time. Secure where both answers are.
    ///
    /// One that fails is not missed where the other has addresses.
    public func addresses(of name: DomainName) async throws(NameFailure) -> NameAnswer<IPAddress> {
        async let four = ipv4(name)
        async let six = ipv6(name)
        let (first, second) = await (four, six)
        switch (first, second) {
        case (.success(let four), .success(let six)):
            let isSecure = four.isSecure && six.isSecure
            let values = four.values + six.values
            if !values.isEmpty { return NameAnswer(content: .records(values), isSecure: isSecure) }
            if case .noName = four.content { return NameAnswer(content: .noName, isSecure: isSecure) }
            return NameAnswer(content: .noRecord, isSecure: isSecure)
        case (.success(let one), .failure(let failure)), (.failure(let failure), .success(let one)):
            if one.values.isEmpty { throw failure }
            return NameAnswer(content: one.content, isSecure: false)
        case (.failure(let failure), .failure):
            throw failure
        }
    }

    /// PTR: the names that an address has.
    public func names(of address: IPAddress) async throws(NameFailure) -> NameAnswer<DomainName> {
        try await resolver.records(of: address.reverseName, "PTR", as: PointerRecord.self).map(\.name)
    }

    public func texts(of name: DomainName) async throws(NameFailure) -> NameAnswer<String> {
        try await resolver.records(of: name.description, "TXT", as: TextRecord.self).map(\.text)
    }

    /// - Parameter port: of the server whose certificate is wanted (RFC 7672 §2.2).
    public func tlsAssociations(
        of host: DomainName, port: UInt16 = 25
    ) async throws(NameFailure) -> NameAnswer<TLSAssociation> {
        try await resolver.records(of: "_\(port)._tcp.\(host)", "TLSA")
    }

    /// Ends what is under way and forgets the cache. Questions that come later fail.
    public func close() { resolver.close() }

    private func ipv4(_ name: DomainName) async -> Result<NameAnswer<IPAddress>, NameFailure> {
        await addresses(of: name, "A", IPv4.self)
    }

    private func ipv6(_ name: DomainName) async -> Result<NameAnswer<IPAddress>, NameFailure> {
        await addresses(of: name, "AAAA", IPv6.self)
    }

    private func addresses<Version: AddressVersion>(
        of name: DomainName, _ type: String, _: Version.Type
    ) async -> Result<NameAnswer<IPAddress>, NameFailure> {
        do throws(NameFailure) {
            let answer = try await resolver.records(
                of: name.description, type, as: AddressRecord<Version>.self)
            return .success(answer.map(\.address))
        } catch {
            return .failure(error)
        }
    }
}

extension IPAddress {
    /// `1.2.0.192.in-addr.arpa` (RFC 1035 §3.5), `….ip6.arpa` a nibble a label (RFC 3596 §2.5).
    public var reverseName: String {
        guard bytes.count == 16 else {
            return bytes.reversed().map(String.init).joined(separator: ".") + ".in-addr.arpa"
        }
        let nibbles = bytes.reversed().flatMap { [$0 & 15, $0 >> 4] }
        return nibbles.map { String($0, radix: 16) }.joined(separator: ".") + ".ip6.arpa"
    }
}

/// The resolver cannot be had as the settings want it.
public struct NameServiceFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
