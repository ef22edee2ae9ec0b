/// An address inside a header field, in the form for header fields: `"john doe"@example.org`.
///
/// Bytes, since what is no UTF-8 has to stay as it is.
public struct HeaderAddress: Hashable, Sendable {
    public private(set) var text: [UInt8]

    init(tokens: some Sequence<AddressToken>) {
        text = []
        for token in tokens { token.write(to: &text) }
    }

    public init(_ address: MailAddress) {
        text = Array(address.quoted.utf8)
    }

    /// In internal form. Nil where there is no local part, or the text is not UTF-8.
    public var address: MailAddress? {
        let tokens = AddressScanner.tokens(of: text)
        guard let text = String(validating: Self.internalText(tokens), as: UTF8.self) else { return nil }
        let address = MailAddress(text)
        return address.localPart.isEmpty ? nil : address
    }

    // MARK: Forms

    /// Without quotes and their backslashes. Words that stand side by side get a space between them.
    private static func internalText(_ tokens: [AddressToken]) -> [UInt8] {
        var text: [UInt8] = []
        for (index, token) in tokens.enumerated() {
            if index > 0, needsSpace(tokens[index - 1], before: token) { text.append(UInt8(ascii: " ")) }
            switch token.kind {
            case .quoted: text += token.content
            case .literal: text += [UInt8(ascii: "[")] + token.content + [UInt8(ascii: "]")]
            default: token.write(to: &text)
            }
        }
        return text
    }

    private static func needsSpace(_ token: AddressToken, before next: AddressToken) -> Bool {
        token.isSpecial(",") || next.isSpecial("<") || token.isWord && next.isWord
    }

    /// With the local part in quotes where it needs them, and only there: ``MailAddress/quoted`` for bytes.
    private static func externalText(_ tokens: [AddressToken]) -> [UInt8] {
        let text = internalText(tokens)
        let end = text.lastIndex(of: UInt8(ascii: "@")) ?? text.endIndex
        guard !isDotString(text[..<end]) else { return text }
        var external: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text[..<end] {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                external.append(UInt8(ascii: "\\"))
            }
            external.append(byte)
        }
        external.append(UInt8(ascii: "\""))
        return external + text[end...]
    }

    private static func isDotString(_ bytes: ArraySlice<UInt8>) -> Bool {
        var previousWasDot = true
        for byte in bytes {
            let isDot = byte == UInt8(ascii: ".")
            guard isDot ? !previousWasDot : MailAddress.isAtomText(byte) else { return false }
            previousWasDot = isDot
        }
        return !previousWasDot
    }
}

// MARK: Completing

extension HeaderAddress {
    /// How addresses that are not complete are completed.
    public struct Completion: Hashable, Sendable {
        /// What follows a lone local part; empty where nothing does (`append_at_myorigin = no`).
        public var origin: String
        /// What follows a domain of one label; empty where nothing does (`append_dot_mydomain = no`).
        public var parentDomain: String
        /// `swap_bangpath`
        public var swapsBangPath: Bool
        /// `allow_percent_hack`
        public var takesPercent: Bool

        public init(origin: String, parentDomain: String, swapsBangPath: Bool, takesPercent: Bool) {
            self.origin = origin
            self.parentDomain = parentDomain
            self.swapsBangPath = swapsBangPath
            self.takesPercent = takesPercent
        }
    }

    /// Makes the address complete: trivial-rewrite(8), "address rewriting". What is in quotes is left alone.
    ///
    ///     john            → john@origin
    ///     user%domain     → user@domain
    ///     site!user       → user@site
    ///     @a,@b:user@c    → user@c
    ///     john@host.      → john@host
    ///     "john"@host     → john@host
    public mutating func complete(_ completion: Completion) {
        var tokens = AddressScanner.tokens(of: text)
        guard let first = tokens.first, tokens.count > 1 || first != AddressToken(.quoted) else { return }
        if tokens.count == 1, first.isSpecial("@") {
            text = Self.externalText([])
            return
        }
        if first.isSpecial("@"), let colon = tokens.firstIndex(where: { $0.isSpecial(":") }),
            colon + 1 < tokens.count
        {
            // A source route is no longer followed (RFC 5321 appendix C).
            tokens.removeFirst(colon + 1)
        }
        if !tokens.contains(where: { $0.isSpecial("@") }) { Self.addDomain(to: &tokens, completion) }
        if !completion.parentDomain.isEmpty, let at = tokens.lastIndex(where: { $0.isSpecial("@") }),
            at + 1 < tokens.count,
            !tokens[at...].contains(where: { $0.kind == .literal || $0.isSpecial(".") })
        {
            tokens.append(.special("."))
            tokens += AddressScanner.tokens(of: completion.parentDomain.utf8)
        }
        if tokens.count > 1, tokens[tokens.count - 1].isSpecial("."),
            !tokens[tokens.count - 2].isSpecial("."), !tokens[tokens.count - 2].isSpecial("@")
        {
            tokens.removeLast()
        }
        text = Self.externalText(tokens)
    }

    private static func addDomain(to tokens: inout [AddressToken], _ completion: Completion) {
        if completion.swapsBangPath, let bang = tokens.firstIndex(where: { $0.isSpecial("!") }) {
            tokens = tokens[(bang + 1)...] + [.special("@")] + tokens[..<bang]
        } else if completion.takesPercent, let percent = tokens.lastIndex(where: { $0.isSpecial("%") }) {
            tokens[percent] = .special("@")
        } else if !completion.origin.isEmpty {
            tokens.append(.special("@"))
            tokens += AddressScanner.tokens(of: completion.origin.utf8)
        }
    }
}
