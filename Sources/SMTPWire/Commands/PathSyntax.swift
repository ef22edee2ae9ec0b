import MailFormat

/// The path of MAIL and RCPT, RFC 5321 §4.1.2, read with the leniency that real clients need.
///
///     <john@example.org>  john@example.org  <"john doe"@example.org>  <@relay.example:john@example.org>
///
/// Angle brackets may be missing unless `strict_rfc821_envelopes` is set; a source route is dropped (RFC 5321
/// §4.1.1.3 and appendix C); comments in parentheses and white space around `@` and `.` are dropped as RFC 822
/// had it. What could be read as two addresses, or as none, is refused.
enum PathSyntax {
    enum Path: Hashable {
        case empty
        case address(MailAddress)
    }

    static func read(_ word: LineReader.Word, rules: PathRules) -> Path? {
        if let address = readPlain(word, rules) { return .address(address) }
        guard
            !rules.isStrict
                || (word.first == UInt8(ascii: "<") && word.last == UInt8(ascii: ">")
                    && !word.contains(UInt8(ascii: "("))),
            let tokens = AddressToken.split(word), let phrase = singleAddress(in: tokens)
        else { return nil }
        let text = AddressToken.internalForm(dropRoute(phrase))
        if text.isEmpty { return phrase.isEmpty ? .empty : nil }
        return validated(text, rules)
    }

    /// `<dot-string@host.name>` and nothing unusual: what nearly every client sends.
    private static func readPlain(_ word: LineReader.Word, _ rules: PathRules) -> MailAddress? {
        guard word.count > 4, word.first == UInt8(ascii: "<"), word.last == UInt8(ascii: ">") else {
            return nil
        }
        let inside = word.dropFirst().dropLast()
        guard let at = inside.firstIndex(of: UInt8(ascii: "@")), at != inside.startIndex,
            rules.allowsLeadingHyphen || inside.first != UInt8(ascii: "-"),
            inside[..<at].allSatisfy(AddressToken.isPlainLocal),
            HostNameSyntax.isHostName(inside[(at + 1)...]),
            inside.last != UInt8(ascii: ".")
        else { return nil }
        return MailAddress(
            localPart: String(decoding: inside[..<at], as: UTF8.self),
            domain: String(decoding: inside[(at + 1)...], as: UTF8.self))
    }

    /// The tokens of the only address in a list such as `<a@b>,` or `a@b`; nil where there are several.
    private static func singleAddress(in tokens: [AddressToken]) -> [AddressToken]? {
        var found: [AddressToken] = []
        var current: [AddressToken] = []
        for token in tokens + [.separator] {
            switch token {
            case .separator, .open, .close:
                // A route's commas do not separate: <@a,@b:c@d>.
                if token == .separator, current.first == .special(UInt8(ascii: "@")), tokens.contains(.open),
                    isRouteContinued(after: current, in: tokens)
                {
                    continue
                }
                guard !current.isEmpty else { continue }
                guard found.isEmpty else { return nil }
                found = current
                current = []
            default:
                // Two words side by side, `a b` or `a"b"`, are no address.
                if token.isWord, let last = current.last, last.isWord { return nil }
                current.append(token)
            }
        }
        return found
    }

    private static func isRouteContinued(after route: [AddressToken], in tokens: [AddressToken]) -> Bool {
        tokens.contains(.special(UInt8(ascii: ":"))) && !route.contains(.special(UInt8(ascii: ":")))
    }

    /// `@a,@b:c@d` is `c@d`.
    private static func dropRoute(_ tokens: [AddressToken]) -> ArraySlice<AddressToken> {
        guard tokens.first == .special(UInt8(ascii: "@")),
            let colon = tokens.firstIndex(of: .special(UInt8(ascii: ":"))), colon > 1
        else { return tokens[...] }
        return tokens[(colon + 1)...]
    }

    private static func validated(_ text: [UInt8], _ rules: PathRules) -> Path? {
        guard rules.allowsLeadingHyphen || text.first != UInt8(ascii: "-") else { return nil }
        guard let at = text.lastIndex(of: UInt8(ascii: "@")) else {
            guard hasValidRoute(text) else { return nil }
            return .address(MailAddress(localPart: String(decoding: text, as: UTF8.self), domain: nil))
        }
        let domain = text[(at + 1)...]
        guard isDomain(domain) else { return nil }
        return .address(
            MailAddress(
                localPart: String(decoding: text[..<at], as: UTF8.self),
                domain: String(decoding: domain, as: UTF8.self)))
    }

    /// `site!user` and `user%domain` name a domain too, which must be one.
    private static func hasValidRoute(_ text: [UInt8]) -> Bool {
        if let bang = text.firstIndex(of: UInt8(ascii: "!")) { return isAbsoluteHostName(text[..<bang]) }
        if let percent = text.lastIndex(of: UInt8(ascii: "%")) { return isDomain(text[(percent + 1)...]) }
        return true
    }

    private static func isDomain(_ text: ArraySlice<UInt8>) -> Bool {
        if text.first == UInt8(ascii: "[") { return DomainLiteral.isValid(text) }
        return isAbsoluteHostName(text)
    }

    /// The dot of an absolute name (RFC 1034 §3.1) stays: routing knows that it says nothing more.
    private static func isAbsoluteHostName(_ text: ArraySlice<UInt8>) -> Bool {
        HostNameSyntax.isHostName(text.last == UInt8(ascii: ".") ? text.dropLast() : text)
    }
}
