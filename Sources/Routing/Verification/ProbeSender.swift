import MailFormat

/// The address that probes come from: address_verify_sender, address_verify_sender_ttl in postconf(5).
///
///     double-bounce@mx.example.org            address_verify_sender_ttl = 0
///     double-bounce1J4K7@mx.example.org       another one every address_verify_sender_ttl
///
/// Servers that are asked may ask back whether that address exists, so mail for it is always taken.
public struct ProbeSender: Hashable, Sendable {
    /// Complete; nil is the null sender.
    private let address: MailAddress?
    /// In seconds; 0: the address never changes.
    private let lifetime: Int64

    /// - Parameters:
    ///   - address: with its domain; nil for the null sender.
    ///   - lifetime: how long a time-dependent address stays the same; zero for one that never changes.
    public init(_ address: MailAddress?, lifetime: Duration = .zero) {
        self.address = address
        self.lifetime = lifetime.components.seconds
    }

    /// - Parameter seconds: since 1970.
    public func address(at seconds: Int64) -> ReversePath {
        guard var address else { return .null }
        if lifetime > 0 { address.localPart += Self.digits(of: seconds / lifetime) }
        return .address(address)
    }

    /// Whether an address is the present one, or its predecessor or successor, for clocks differ and mail takes time.
    public func has(_ other: MailAddress, at seconds: @autoclosure () -> Int64) -> Bool {
        guard let address, let domain = address.domain, let otherDomain = other.domain,
            ASCII.equal(domain, otherDomain)
        else { return false }
        guard lifetime > 0 else { return ASCII.equal(address.localPart, other.localPart) }
        let now = seconds() / lifetime
        return (max(now - 1, 0)...now + 1).contains {
            ASCII.equal(address.localPart + Self.digits(of: $0), other.localPart)
        }
    }

    /// No vowels: an address never spells a word.
    private static let alphabet = Array("0123456789BCDFGHJKLMNPQRSTVWXYZ".utf8)

    private static func digits(of number: Int64) -> String {
        var digits: [UInt8] = []
        var rest = number
        repeat {
            digits.append(alphabet[Int(rest % Int64(alphabet.count))])
            rest /= Int64(alphabet.count)
        } while rest > 0
        return String(decoding: digits.reversed(), as: UTF8.self)
    }
}
