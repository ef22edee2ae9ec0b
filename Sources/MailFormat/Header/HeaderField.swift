/// What a header field's name says of the field, as far as receiving mail needs it.
///
/// Which fields hold senders' and which recipients' addresses is as in Postfix, with `Resent-Reply-To:` among the
/// recipients'.
public struct HeaderField: Hashable, Sendable {
    public enum Role: Hashable, Sendable {
        case sender
        case recipient
    }

    /// Fields that a message should have, so that it is known whether they are missing.
    public struct Presence: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        public static let messageID = Presence(rawValue: 1)
        public static let date = Presence(rawValue: 2)
        public static let from = Presence(rawValue: 4)
        public static let resentMessageID = Presence(rawValue: 8)
        public static let resentDate = Presence(rawValue: 16)
        public static let resentFrom = Presence(rawValue: 32)
        /// `To:` or `Cc:`, resent or not.
        public static let visibleRecipient = Presence(rawValue: 64)
        /// Any of RFC 5322 §3.6.6.
        public static let resent = Presence(rawValue: 128)
    }

    /// Whose addresses it holds; nil where it holds none.
    public let role: Role?
    public let presence: Presence

    private init(_ role: Role?, _ presence: Presence = []) {
        self.role = role
        self.presence = presence
    }

    /// - Parameter name: in lower case.
    public static func named(_ name: String) -> HeaderField? { known[name] }

    /// A field's name in lower case, without the white space that may follow it (RFC 5322 §4.5); nil where the line
    /// is none: no colon, or something else than printable ASCII before it (RFC 5322 §2.2).
    ///
    /// - Parameter line: from the start of the field.
    public static func name(in line: some Collection<UInt8>) -> (folded: String, length: Int)? {
        var name: [UInt8] = []
        var hasEnded = false
        for byte in line {
            switch byte {
            case UInt8(ascii: ":"):
                return name.isEmpty ? nil : (String(decoding: name, as: UTF8.self), name.count)
            case 0x20, 0x09:
                if name.isEmpty { return nil }
                hasEnded = true
            case 0x21...0x7E where !hasEnded:
                let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                name.append(isCapital ? byte | 0x20 : byte)
            default:
                return nil
            }
        }
        return nil
    }

    private static let known: [String: HeaderField] = [
        "apparently-to": HeaderField(.recipient),
        "bcc": HeaderField(.recipient),
        "cc": HeaderField(.recipient, .visibleRecipient),
        "date": HeaderField(nil, .date),
        "disposition-notification-to": HeaderField(.sender),
        "errors-to": HeaderField(.sender),
        "from": HeaderField(.sender, .from),
        "mail-followup-to": HeaderField(.sender),
        "message-id": HeaderField(nil, .messageID),
        "reply-to": HeaderField(.sender),
        "resent-bcc": HeaderField(.recipient, .resent),
        "resent-cc": HeaderField(.recipient, [.resent, .visibleRecipient]),
        "resent-date": HeaderField(nil, [.resent, .resentDate]),
        "resent-from": HeaderField(.sender, [.resent, .resentFrom]),
        "resent-message-id": HeaderField(nil, [.resent, .resentMessageID]),
        "resent-reply-to": HeaderField(.recipient, .resent),
        "resent-sender": HeaderField(.sender, .resent),
        "resent-to": HeaderField(.recipient, [.resent, .visibleRecipient]),
        "return-path": HeaderField(.sender),
        "return-receipt-to": HeaderField(.sender),
        "sender": HeaderField(.sender),
        "to": HeaderField(.recipient, .visibleRecipient),
    ]
}
