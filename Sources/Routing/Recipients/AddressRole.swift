import MailFormat

/// What an address is in a message; refusals name it, and their status says whose fault it is.
enum AddressRole {
    case recipient, sender

    /// `Recipient address rejected`
    var phrase: String {
        switch self {
        case .recipient: "Recipient address rejected"
        case .sender: "Sender address rejected"
        }
    }

    /// The status for an address that no table has: 5.1.1 of a recipient, 5.1.0 of a sender.
    var unknownDetail: UInt16 {
        switch self {
        case .recipient: 1
        case .sender: 0
        }
    }

    /// The detail of a status X.1.x as it may be said of such an address: RFC 3463 §3.2 has some for recipients alone
    /// (X.1.1 to X.1.6) and some for senders alone (X.1.7, X.1.8).
    func detail(for detail: UInt16) -> UInt16 {
        switch (self, detail) {
        case (.recipient, 0...6): detail
        case (.recipient, 7): 3
        case (.recipient, 8): 2
        case (.sender, 1), (.sender, 3), (.sender, 4), (.sender, 6), (.sender, 7): 7
        case (.sender, 2), (.sender, 8): 8
        default: 0
        }
    }
}
