/// A mail address in its internal form: the local part without quoting, and the domain as it was written.
///
/// `"john doe"@example.org` on the wire is local part `john doe` and domain `example.org` here. Lookup keys,
/// routing and the queue use this form; only the wire and header fields use ``quoted``.
///
/// Two addresses are equal where their bytes are: `é` as one scalar and as two are different mailboxes.
///
/// Source: RFC 5321 §4.1.2 (`Mailbox`), RFC 5321 §2.4 (a local part may be case-sensitive, a domain is not).
public struct MailAddress: Sendable {
    /// What stands left of the last `@`, unquoted. May be empty only for keys of catch-alls, never in an envelope.
    public var localPart: String
    /// What stands right of the last `@`; nil for a bare local part such as `postmaster`.
    public var domain: String?

    public init(localPart: String, domain: String?) {
        self.localPart = localPart
        self.domain = domain
    }

    /// Splits internal form at the *last* `@`: `a@b@c` is local part `a@b` at `c`.
    public init(_ text: String) {
        if let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) {
            localPart = String(text[..<at])
            domain = String(text[text.utf8.index(after: at)...])
        } else {
            localPart = text
            domain = nil
        }
    }

    /// The internal form, `local@domain`: what lookups ask for and what the log shows.
    public var text: String {
        guard let domain else { return localPart }
        return "\(localPart)@\(domain)"
    }

    /// The form for the wire and for header fields: the local part is quoted where it is no dot-string.
    public var quoted: String {
        let local = Self.isDotString(localPart) ? localPart : Self.quote(localPart)
        guard let domain else { return local }
        return "\(local)@\(domain)"
    }

    /// Lower case throughout: two addresses with equal folds are the same recipient.
    public var folded: MailAddress {
        MailAddress(localPart: localPart.lowercased(), domain: domain?.lowercased())
    }

    /// RFC 5321 §4.1.2 `Dot-string`, with UTF-8 allowed in atoms (RFC 6531 §3.3).
    static func isDotString(_ text: String) -> Bool {
        var previousWasDot = true
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") {
                if previousWasDot { return false }
                previousWasDot = true
            } else {
                guard Self.isAtomText(byte) else { return false }
                previousWasDot = false
            }
        }
        return !previousWasDot
    }

    static func isAtomText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            true
        default:
            "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
    }

    private static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" || scalar == "\r" { quoted.append("\\") }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}

extension MailAddress {
    /// A control character, such as a line end. Such an address stands in no command and no header field: it could
    /// end the line and begin another (RFC 5321 §4.1.2: there are none even in quoted strings).
    public var hasControlCharacter: Bool {
        func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7f }
        return localPart.utf8.contains(where: isControl) || (domain?.utf8.contains(where: isControl) ?? false)
    }
}

extension MailAddress: Hashable {
    public static func == (one: MailAddress, other: MailAddress) -> Bool {
        guard one.localPart.utf8.elementsEqual(other.localPart.utf8) else { return false }
        switch (one.domain, other.domain) {
        case (nil, nil): return true
        case (let one?, let other?): return one.utf8.elementsEqual(other.utf8)
        default: return false
        }
    }

    public func hash(into hasher: inout Hasher) {
        var (local, domain) = (localPart, domain ?? "")
        local.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(UInt8(ascii: "@"))
        domain.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension MailAddress: CustomStringConvertible {
    public var description: String { text }
}
