import MailFormat

/// A network of main.cf, `192.0.2.0/24`, `[2001:db8::]/32`, or one address.
struct Network: Hashable {
    let address: IPAddress
    let length: Int

    /// Nil where the text is no network.
    init?(_ text: String) {
        let parts = text.filter { $0 != "[" && $0 != "]" }.split(
            separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let address = IPAddress(first) else { return nil }
        let bits = address.bytes.count * 8
        guard let length = parts.count == 2 ? Int(parts[1]) : bits, (0...bits).contains(length) else {
            return nil
        }
        self.address = address
        self.length = length
    }

    var isIPv4: Bool { address.bytes.count == 4 }

    func contains(_ other: Network) -> Bool {
        guard isIPv4 == other.isIPv4, length <= other.length else { return false }
        return (0..<length).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return address.bytes[bit / 8] & mask == other.address.bytes[bit / 8] & mask
        }
    }

    /// How many addresses it has, in words.
    var size: String {
        let bits = address.bytes.count * 8 - length
        return bits > 40 ? "2^\(bits)" : "\(1 << bits)"
    }

    /// Whether strangers cannot be in it: networks for private use, loopback, link-local and for documentation.
    var isPrivate: Bool { Self.reserved.contains { $0.contains(self) } }

    /// RFC 1918, RFC 6598, RFC 3927, RFC 1122 §3.2.1.3, RFC 5737, RFC 4193, RFC 4291, RFC 3849.
    private static let reserved = [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8",
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "fc00::/7", "fe80::/10", "::1/128",
        "2001:db8::/32",
    ].compactMap(Network.init)
}
