/// Names of hosts as they stand in HELO and right of `@`: RFC 1123 §2.1, RFC 5321 §4.1.3.
public enum HostNameSyntax {
    public static func isHostName(_ name: String) -> Bool {
        let name = name.utf8.last == UInt8(ascii: ".") ? name.dropLast() : name[...]
        return isHostName(name.utf8)
    }

    /// At least two labels.
    public static func isFullyQualified(_ name: String) -> Bool {
        isHostName(name) && name.utf8.dropLast().contains(UInt8(ascii: "."))
    }

    /// `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
    public static func isLiteral(_ name: String) -> Bool {
        DomainLiteral.isValid(Array(name.utf8))
    }

    /// What may stand behind the `@`: a host name or a literal. One with letters beyond ASCII is left to whoever looks
    /// it up.
    public static func isDomain(_ domain: String) -> Bool {
        if domain.utf8.first == UInt8(ascii: "[") { return isLiteral(domain) }
        return isHostName(domain) || domain.utf8.contains { $0 >= 0x80 }
    }

    /// Labels of letters, digits, hyphens and, for what is found in the wild, underscores; at most 63 bytes a
    /// label and 255 in all (RFC 1123 §2.1, RFC 1035 §2.3.4); not only digits, which would be an address.
    @inlinable public static func isHostName(_ name: some Collection<UInt8>) -> Bool {
        guard (1...255).contains(name.count) else { return false }
        var labelLength = 0
        var previous = UInt8(ascii: ".")
        var hasName = false
        for byte in name {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "_"):
                hasName = true
                labelLength += 1
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                labelLength += 1
            case UInt8(ascii: "-"):
                guard labelLength > 0 else { return false }
                hasName = true
                labelLength += 1
            case UInt8(ascii: "."):
                guard labelLength > 0, previous != UInt8(ascii: "-") else { return false }
                labelLength = 0
            default:
                return false
            }
            guard labelLength <= 63 else { return false }
            previous = byte
        }
        return hasName && labelLength > 0 && previous != UInt8(ascii: "-")
    }
}
