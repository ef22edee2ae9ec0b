#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A moment as header fields write it, RFC 5322 §3.3, in the machine's time zone.
///
///     Sat, 21 Nov 2026 11:55:46 +0100 (CET)
public struct MailDate: Hashable, Sendable {
    /// Seconds since 1970-01-01 00:00 UTC.
    public let seconds: Int

    public init(seconds: Int) {
        self.seconds = seconds
    }

    public static var now: MailDate { MailDate(seconds: time(nil)) }
}

extension MailDate: CustomStringConvertible {
    public var description: String {
        var moment = time_t(seconds)
        var local = tm()
        localtime_r(&moment, &local)
        let offset = Int(local.tm_gmtoff) / 60
        let zone = Self.two(abs(offset) / 60) + Self.two(abs(offset) % 60)
        let name = local.tm_zone.map { String(cString: $0) } ?? ""
        return """
            \(Self.days[Int(local.tm_wday) % 7]), \(local.tm_mday) \(Self.months[Int(local.tm_mon) % 12]) \
            \(local.tm_year + 1900) \(Self.two(local.tm_hour)):\(Self.two(local.tm_min)):\
            \(Self.two(local.tm_sec)) \(offset < 0 ? "-" : "+")\(zone)\(name.isEmpty ? "" : " (\(name))")
            """
    }

    /// Digits alone, in UTC: `20261121105546`.
    public var compact: String {
        var moment = time_t(seconds)
        var utc = tm()
        gmtime_r(&moment, &utc)
        let parts = [utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec]
        return "\(utc.tm_year + 1900)" + parts.map(Self.two).joined()
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func two(_ number: some BinaryInteger) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
