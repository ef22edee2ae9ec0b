/// An address in place of a domain, RFC 5321 §4.1.3: `[192.0.2.1]`, `[IPv6:2001:db8::1]`.
public enum DomainLiteral {
    public static func isValid(_ text: some Collection<UInt8>) -> Bool {
        guard text.count >= 2, text.first == UInt8(ascii: "[") else { return false }
        let inside = Array(text.dropFirst().dropLast())
        guard Array(text).last == UInt8(ascii: "]") else { return false }
        if inside.count > 5, String(decoding: inside[..<5], as: UTF8.self).lowercased() == "ipv6:" {
            return isIPv6(inside[5...])
        }
        return isIPv4(inside[...])
    }

    static func isIPv4(_ text: ArraySlice<UInt8>) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].first != UInt8(ascii: "0") || parts[0].count > 1 else {
            return false
        }
        return parts.allSatisfy { part in
            (1...3).contains(part.count) && part.allSatisfy(isDigit)
                && (Int(String(decoding: part, as: UTF8.self)) ?? 256) < 256
        }
    }

    /// RFC 4291 §2.2: eight groups, one run of zero groups as `::`, the last two perhaps as an IPv4 address.
    static func isIPv6(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.contains(UInt8(ascii: ":")) else { return false }
        var parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        if text.starts(with: "::".utf8) { parts.removeFirst() }
        if text.suffix(2).elementsEqual("::".utf8) { parts.removeLast() }
        let gaps = parts.filter(\.isEmpty).count
        var groups = parts.count - gaps
        if let last = parts.last, last.contains(UInt8(ascii: ".")) {
            guard isIPv4(last) else { return false }
            parts.removeLast()
            groups += 1
        }
        guard parts.allSatisfy({ $0.count <= 4 && $0.allSatisfy(isHexDigit) }) else { return false }
        return gaps == 1 ? groups < 8 : gaps == 0 && groups == 8
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
