import MailFormat

/// Splits `user+extension`: recipient_delimiter in postconf(5).
struct AddressExtension: Sendable {
    private let delimiters: [UInt8]
    private let keepsListNames: Bool
    private let doubleBounceSender: String

    init(_ settings: RoutingSettings) {
        delimiters = Array(settings.recipientDelimiter.utf8)
        keepsListNames = settings.ownerRequestSpecial && delimiters.contains(UInt8(ascii: "-"))
        doubleBounceSender = settings.doubleBounceSender
    }

    /// The local part without its extension, and the extension with its delimiter (`+tag`); nil where there is none.
    func split(_ localPart: String) -> (user: String, extension: String)? {
        guard !delimiters.isEmpty else { return nil }
        let text = localPart.utf8
        guard let at = text.firstIndex(where: { delimiters.contains($0) }), at != text.startIndex,
            !isKeptWhole(localPart)
        else { return nil }
        return (String(localPart[..<at]), String(localPart[at...]))
    }

    private func isKeptWhole(_ localPart: String) -> Bool {
        if ASCII.equal(localPart, "postmaster") || ASCII.equal(localPart, "mailer-daemon")
            || ASCII.equal(localPart, doubleBounceSender)
        {
            return true
        }
        guard keepsListNames else { return false }
        return ASCII.hasPrefix(localPart, "owner-")
            || (localPart.utf8.count > 8 && ASCII.hasSuffix(localPart, "-request"))
    }
}
