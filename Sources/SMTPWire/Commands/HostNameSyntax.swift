/// Names of hosts as they stand in HELO and right of `@`: RFC 1123 §2.1, RFC 5321 §4.1.3.
public enum HostNameSyntax {
    public static func isHostName(_ name: String) -> Bool {
        let name = name.utf8.last == UInt8(ascii: ".") ? name.dropLast() : name[...]
        return PathSyntax.isHostName(Array(name.utf8))
    }

    /// At least two labels.
    public static func isFullyQualified(_ name: String) -> Bool {
        isHostName(name) && name.utf8.dropLast().contains(UInt8(ascii: "."))
    }

    /// `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
    public static func isLiteral(_ name: String) -> Bool {
        DomainLiteral.isValid(Array(name.utf8))
    }
}
