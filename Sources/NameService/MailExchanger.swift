/// A record of the type MX: RFC 1035 §3.3.9.
public struct MailExchanger: Hashable, Comparable, Sendable {
    public let preference: UInt16
    /// In lower case; empty is the null MX of RFC 7505: this domain takes no mail.
    public let host: String

    init?(data: [UInt8]) {
        guard data.count > 2, let host = DomainNameData.name(in: data[2...]) else { return nil }
        preference = UInt16(data[0]) << 8 | UInt16(data[1])
        self.host = host
    }

    public static func < (one: Self, other: Self) -> Bool {
        (one.preference, one.host) < (other.preference, other.host)
    }
}
