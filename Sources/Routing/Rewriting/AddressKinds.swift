/// Where an address stands: `canonical_classes` and its sisters name the kinds that are changed.
public struct AddressKinds: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let envelopeSender = AddressKinds(rawValue: 1)
    public static let envelopeRecipient = AddressKinds(rawValue: 2)
    /// `From:`, `Reply-To:` and the like.
    public static let headerSender = AddressKinds(rawValue: 4)
    /// `To:`, `Cc:` and the like.
    public static let headerRecipient = AddressKinds(rawValue: 8)

    /// The words of a parameter; one that is none of the four means nothing.
    public init(words: [String]) {
        self = words.reduce(into: []) { kinds, word in
            switch word {
            case "envelope_sender": kinds.insert(.envelopeSender)
            case "envelope_recipient": kinds.insert(.envelopeRecipient)
            case "header_sender": kinds.insert(.headerSender)
            case "header_recipient": kinds.insert(.headerRecipient)
            default: break
            }
        }
    }
}
