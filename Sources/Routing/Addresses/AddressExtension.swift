import MailFormat

/// Splits `user+extension`: recipient_delimiter in postconf(5).
package struct AddressExtension: Sendable {
    private let delimiters: [UInt8]
    private let keepsListNames: Bool
    private let doubleBounceSender: String
    private let isLongestFirst: Bool

    /// - Parameters:
    ///   - delimiters: `recipient_delimiter`
    ///   - ownerRequestSpecial: `owner_request_special`
    ///   - doubleBounceSender: `double_bounce_sender`
    ///   - isLongestFirst: `recipient_delimiter_longest_match`
    package init(
        delimiters: String, ownerRequestSpecial: Bool = true, doubleBounceSender: String = "double-bounce",
        isLongestFirst: Bool = false
    ) {
        self.delimiters = Array(delimiters.utf8)
        keepsListNames = ownerRequestSpecial && self.delimiters.contains(UInt8(ascii: "-"))
        self.doubleBounceSender = doubleBounceSender
        self.isLongestFirst = isLongestFirst
    }

    package init(_ settings: RoutingSettings) {
        self.init(
            delimiters: settings.recipientDelimiter, ownerRequestSpecial: settings.ownerRequestSpecial,
            doubleBounceSender: settings.doubleBounceSender, isLongestFirst: settings.matchesLongestName)
    }

    /// The local part without its extension, and the extension with its delimiter (`+tag`); nil where there is none.
    package func split(_ localPart: String) -> (user: String, extension: String)? {
        guard !delimiters.isEmpty else { return nil }
        let text = localPart.utf8
        guard let at = text.firstIndex(where: { delimiters.contains($0) }), at != text.startIndex,
            !isKeptWhole(localPart)
        else { return nil }
        return (String(localPart[..<at]), String(localPart[at...]))
    }

    /// The names that the local part may be asked by, without itself: the one that ``split(_:)`` finds. With
    /// `recipient_delimiter_longest_match` one for each delimiter, `mary-jane` before `mary` for `mary-jane+tag`.
    package func splits(_ localPart: String) -> [(user: String, extension: String)] {
        guard let first = split(localPart) else { return [] }
        guard isLongestFirst else { return [first] }
        // Nobody's name has more delimiters, and a stranger's address does not make us ask without end.
        let text = localPart.utf8
        let places = text.indices.filter { $0 != text.startIndex && delimiters.contains(text[$0]) }.prefix(8)
        return places.reversed().map { (String(localPart[..<$0]), String(localPart[$0...])) }
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
