import MailFormat

/// One address or one network: `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`, the address or the whole in brackets.
///
/// Source: cidr_table(5), "ADDRESS PATTERN SYNTAX".
package struct AddressPattern: Hashable, Sendable {
    private let network: [UInt8]
    private let prefixLength: Int

    /// What is wrong with a pattern, in Postfix's words.
    package struct Mistake: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    package init(_ pattern: String) throws(Mistake) {
        func mistake(_ problem: String) -> Mistake { Mistake(description: "\(problem) \"\(pattern)\"") }
        var text = pattern[...]
        if text.utf8.first == UInt8(ascii: "[") {
            guard let bracket = text.utf8.firstIndex(of: UInt8(ascii: "]")) else {
                throw mistake("missing ']' character after")
            }
            let rest = text[text.utf8.index(after: bracket)...]
            // The brackets may go round the address alone, or round its mask as well.
            guard rest.isEmpty || rest.utf8.first == UInt8(ascii: "/") else {
                throw mistake("garbage after ']' character in")
            }
            text = Substring(text.dropFirst().prefix(upTo: bracket) + rest)
        }
        let slash = text.utf8.firstIndex(of: UInt8(ascii: "/"))
        guard let slash else {
            guard let address = IPAddress(text) else {
                throw Mistake(description: "bad address pattern: \"\(pattern)\"")
            }
            network = address.bytes
            prefixLength = address.bytes.count * 8
            return
        }
        let mask = text.utf8[text.utf8.index(after: slash)...]
        guard !mask.isEmpty, mask.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw mistake("bad mask value in")
        }
        guard let address = IPAddress(text[..<slash]) else { throw mistake("bad network value in") }
        let bits = address.bytes.count * 8
        guard let length = Int(Substring(mask)), length <= bits else { throw mistake("bad mask length in") }
        let masked = Self.masked(address.bytes, to: length)
        guard masked == address.bytes else {
            let better = IPAddress(bytes: masked).map(\.description) ?? ""
            throw mistake("non-null host address bits in", instead: "\(better)/\(length)")
        }
        network = masked
        prefixLength = length

        func mistake(_ problem: String, instead: String) -> Mistake {
            Mistake(
                description: "\(problem) \"\(pattern)\", perhaps you should use \"\(instead)\" instead")
        }
    }

    /// The address alone.
    package init(_ address: IPAddress) {
        network = address.bytes
        prefixLength = address.bytes.count * 8
    }

    /// Whether both are of the same version of the Internet Protocol.
    func isComparable(to address: IPAddress) -> Bool { address.bytes.count == network.count }

    package func contains(_ address: IPAddress) -> Bool {
        guard isComparable(to: address) else { return false }
        let whole = prefixLength / 8
        for index in 0..<whole where address.bytes[index] != network[index] { return false }
        let rest = prefixLength % 8
        return rest == 0 || (address.bytes[whole] ^ network[whole]) >> (8 - rest) == 0
    }

    private static func masked(_ bytes: [UInt8], to length: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            byte & UInt8(truncatingIfNeeded: 0xFF00 >> min(8, max(0, length - index * 8)))
        }
    }
}
