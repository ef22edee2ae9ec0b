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
        let (text, slash) = try Self.withoutBrackets(pattern)
        func mistake(_ problem: String, _ hint: String = "") -> Mistake {
            Mistake(description: "\(problem) \"\(text)\"\(hint)")
        }
        guard let slash else {
            guard let address = IPAddress(text) else { throw mistake("bad address pattern:") }
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
        network = Self.masked(address.bytes, to: length)
        prefixLength = length
        guard network == address.bytes else {
            let better = IPAddress(bytes: network).map(\.description) ?? ""
            throw mistake(
                "non-null host address bits in", ", perhaps you should use \"\(better)/\(length)\" instead")
        }
    }

    /// - Returns: the pattern without brackets, which may go round the address alone or round its mask as well, and
    ///   where the slash before its mask stands.
    private static func withoutBrackets(
        _ pattern: String
    ) throws(Mistake) -> (text: String, slash: String.Index?) {
        let slash = UInt8(ascii: "/")
        guard pattern.utf8.first == UInt8(ascii: "[") else {
            return (pattern, pattern.utf8.firstIndex(of: slash))
        }
        guard let bracket = pattern.utf8.firstIndex(of: UInt8(ascii: "]")) else {
            throw Mistake(description: "missing ']' character after \"\(pattern)\"")
        }
        let inside = pattern[..<bracket].dropFirst()
        let rest = pattern[pattern.utf8.index(after: bracket)...]
        guard rest.isEmpty || rest.utf8.first == slash else {
            throw Mistake(description: "garbage after \"\(pattern[...bracket])\"")
        }
        let text = String(inside + rest)
        let start =
            rest.isEmpty ? text.startIndex : text.utf8.index(text.startIndex, offsetBy: inside.utf8.count)
        return (text, text.utf8[start...].firstIndex(of: slash))
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
