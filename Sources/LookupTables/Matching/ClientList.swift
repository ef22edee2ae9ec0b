import MailFormat
import PostfixConfig

/// A list of clients such as `mynetworks`, by network, address or verified name; the first element that matches
/// decides.
///
///     127.0.0.0/8, !192.0.2.7, 192.0.2.0/24, [2001:db8::]/32, .example.org, /etc/postfix/nets, cidr:/etc/postfix/nets
///
/// A table is asked for the client's name, then for its address. Source: postconf(5), `mynetworks`.
public struct ClientList: Sendable {
    private let list: MatchList
    public var parameter: String { list.parameter }
    /// The network that each element is, nil where it is a name or a table.
    private let networks: [AddressPattern?]

    /// An element that is neither a name nor a network.
    public struct Mistake: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// - Parameters:
    ///   - elements: the parameter's value, split at commas and white space.
    ///   - subdomains: how names match.
    ///   - open: opens `type:name`, as the parameter's; what cannot be opened fails when it is asked.
    public init(
        parameter: String, elements: [String], subdomains: MatchList.Subdomains = .withLeadingDot,
        open: @escaping (String) -> TableList
    ) throws(Mistake) {
        list = MatchList(parameter: parameter, elements: elements, subdomains: subdomains, open: open)
        var networks: [AddressPattern?] = []
        for element in list.elements {
            guard case .word(let word) = element.pattern, Self.isNetwork(word) else {
                networks.append(nil)
                continue
            }
            do throws(AddressPattern.Mistake) {
                networks.append(try AddressPattern(word))
            } catch {
                throw Mistake(description: error.description)
            }
        }
        self.networks = networks
    }

    /// Addresses alone.
    public init(parameter: String, addresses: some Sequence<IPAddress> = []) {
        let addresses = Array(addresses)
        list = MatchList(parameter: parameter, names: addresses.map(\.description))
        networks = addresses.map { AddressPattern($0) }
    }

    /// Digits and dots alone, or something with a mask or brackets: no name looks like that.
    private static func isNetwork(_ word: String) -> Bool {
        word.utf8.contains { "/[]:".utf8.contains($0) }
            || word.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }

    /// What the list says without asking a table: nil where the answer needs one.
    public func answerFromWords(name: String, address: IPAddress) -> Bool? {
        guard !list.isEmpty else { return false }
        let name = KeyFolding.lowercase.fold(name)
        for (element, network) in zip(list.elements, networks) {
            guard case .word(let word) = element.pattern else { return nil }
            if network?.contains(address) ?? list.matches(word, name) { return element.says }
        }
        return false
    }

    /// Whether the client is in the list.
    ///
    /// - Parameter name: a verified name, or `unknown`.
    public func contains(
        name: String, address: IPAddress, ask: MatchList.Ask
    ) async throws(LookupFailure) -> Bool {
        if let answer = answerFromWords(name: name, address: address) { return answer }
        let name = KeyFolding.lowercase.fold(name)
        for (element, network) in zip(list.elements, networks) {
            switch element.pattern {
            case .word(let word):
                if network?.contains(address) ?? list.matches(word, name) { return element.says }
            case .table(let table):
                if try await list.has(table, name, ask) { return element.says }
                if try await ask(table, address.description) != nil { return element.says }
            case .unreadable(let failure):
                throw failure
            }
        }
        return false
    }

    public func contains(name: String, address: IPAddress) async throws(LookupFailure) -> Bool {
        try await contains(name: name, address: address) { (table, key) async throws(LookupFailure) in
            try await table.lookup(key, observer: nil)
        }
    }
}
