/// Who a message says it is from, and where a report about it would go.
///
/// The null path `<>` marks mail that must never be answered by a report (RFC 5321 §4.5.5).
public enum ReversePath: Hashable, Sendable {
    case null
    case address(MailAddress)

    /// Internal form; empty for the null path, as logs and lookup keys write it.
    public var text: String {
        switch self {
        case .null: ""
        case .address(let address): address.text
        }
    }

    /// What stands between `<` and `>` on the wire.
    public var quoted: String {
        switch self {
        case .null: ""
        case .address(let address): address.quoted
        }
    }

    /// As ``MailAddress/hasControlCharacter``; the null path has none.
    public var hasControlCharacter: Bool {
        switch self {
        case .null: false
        case .address(let address): address.hasControlCharacter
        }
    }

    /// From internal form; the empty string is the null path.
    public init(_ text: String) {
        self = text.isEmpty ? .null : .address(MailAddress(text))
    }
}
