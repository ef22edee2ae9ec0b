import MailFormat

/// Makes an address complete: trivial-rewrite(8), "address rewriting", local context.
///
///     john            → john@$myorigin
///     user%domain     → user@domain
///     site!user       → user@site
///     john@host.      → john@host
struct AddressCompletion: Sendable {
    private let settings: RoutingSettings

    init(_ settings: RoutingSettings) {
        self.settings = settings
    }

    func complete(_ address: MailAddress) -> MailAddress {
        var result = address
        if result.domain == nil {
            guard !result.localPart.isEmpty else { return result }
            // What has to be quoted, such as `user%domain.` with its dot, is a name and no route.
            if result.quoted == result.localPart { promoteRoutingOperator(&result) }
            if result.domain == nil, settings.appendsAtMyorigin, !settings.myorigin.isEmpty {
                result.domain = settings.myorigin
            }
        }
        guard var domain = result.domain, !domain.isEmpty else { return result }
        if settings.appendsDotMydomain, !settings.mydomain.isEmpty, !domain.utf8.contains(UInt8(ascii: ".")),
            !domain.utf8.starts(with: "[".utf8)
        {
            domain += ".\(settings.mydomain)"
        }
        Self.stripTrailingDot(&domain)
        result.domain = domain
        return result
    }

    /// `site!user` and `user%domain`, where there is no `@`.
    func promoteRoutingOperator(_ address: inout MailAddress) {
        let local = address.localPart
        if settings.swapBangpath, let bang = local.utf8.firstIndex(of: UInt8(ascii: "!")) {
            address = MailAddress(
                localPart: String(local[local.utf8.index(after: bang)...]), domain: String(local[..<bang]))
        } else if settings.percentHack, let percent = local.utf8.lastIndex(of: UInt8(ascii: "%")) {
            address = MailAddress(
                localPart: String(local[..<percent]),
                domain: String(local[local.utf8.index(after: percent)...]))
        }
    }

    /// One dot at the end goes; `..` and a lone dot stay, so that what is wrong stays visible.
    static func stripTrailingDot(_ domain: inout String) {
        guard domain.utf8.last == UInt8(ascii: "."), domain.utf8.count > 1,
            domain.utf8.dropLast().last != UInt8(ascii: ".")
        else { return }
        domain.removeLast()
    }
}
