import MailFormat

/// How a delivery ends, as far as that is known before it is tried.
enum DeliveryEnd: Hashable, Sendable {
    /// An agent takes it, and nothing is known that would keep the mail from arriving.
    case open
    /// Taken, and thrown away.
    case discarded(String)
    /// The mail stays in the queue and is tried again, since this does not change by itself.
    case waits(String)
    /// The mail goes back to whoever sent it.
    case returned(String)

    /// What is said after the recipient: `comes back: unknown user: "jo"`; nil where there is nothing to say.
    var words: String? {
        switch self {
        case .open: nil
        case .discarded(let reason): "is thrown away: \(reason)"
        case .waits(let reason): "waits in the queue: \(reason)"
        case .returned(let reason): "comes back: \(reason)"
        }
    }

    var reason: String? {
        switch self {
        case .open: nil
        case .discarded(let reason), .waits(let reason), .returned(let reason): reason
        }
    }

    /// Nobody gets the mail, though somebody should.
    var isTrouble: Bool {
        switch self {
        case .open, .discarded: false
        case .waits, .returned: true
        }
    }

    /// The same, with the recipient named that it is about.
    func of(_ address: MailAddress) -> DeliveryEnd {
        switch self {
        case .open: self
        case .discarded(let reason): .discarded("\(address.quoted): \(reason)")
        case .waits(let reason): .waits("\(address.quoted): \(reason)")
        case .returned(let reason): .returned("\(address.quoted): \(reason)")
        }
    }

    /// As the JSON form has it.
    var code: String? {
        switch self {
        case .open: nil
        case .discarded: "discarded"
        case .waits: "waits"
        case .returned: "returned"
        }
    }
}

extension [DeliveryEnd] {
    /// That of the whole, where one recipient becomes several: what has to be tried again holds up all of it, and what
    /// comes back is told to the sender.
    var combined: DeliveryEnd {
        let waits = first { if case .waits = $0 { true } else { false } }
        if let waits { return waits }
        guard let returned = first(where: { if case .returned = $0 { true } else { false } }) else {
            return first { $0 == .open } ?? first ?? .open
        }
        guard case .returned(let reason) = returned, contains(where: { !$0.isTrouble }) else {
            return returned
        }
        return .returned("\(reason) (others of the list get it)")
    }
}
