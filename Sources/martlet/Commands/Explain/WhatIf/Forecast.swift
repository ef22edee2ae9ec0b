import MailFormat
import Routing

/// What becomes of one address's mail, as things are and as they would be.
struct Forecast: Sendable {
    /// As people read it; every other address of a domain has one too.
    let name: String
    let before: Fate
    let after: Fate

    enum Kind: String, Sendable, CaseIterable {
        case unchanged
        case elsewhere
        case refused
        case taken
        case otherwise

        var words: String {
            switch self {
            case .unchanged: "nothing would change"
            case .elsewhere: "its mail would go elsewhere"
            case .refused: "its mail would be refused"
            case .taken: "its mail would be taken"
            case .otherwise: "the reply would be another"
            }
        }
    }

    var kind: Kind {
        if before == after { return .unchanged }
        switch (before.reply.isPositive, after.reply.isPositive) {
        case (true, true): return .elsewhere
        case (true, false): return .refused
        case (false, true): return .taken
        case (false, false): return .otherwise
        }
    }

    /// The lines that go and those that come, as in a diff.
    var difference: (gone: [String], new: [String]) {
        let (old, new) = (before.lines, after.lines)
        return (old.filter { !new.contains($0) }, new.filter { !old.contains($0) })
    }
}

extension Fate {
    /// Where the mail goes, or why it goes nowhere.
    var lines: [String] {
        guard reply.isPositive else { return [reply.text] }
        return deliveries.map { delivery in
            let recipient = delivery.recipient.quoted
            return delivery.route.map { "\(recipient) by \($0.transport) to \($0.nextHop)" }
                ?? "\(recipient) waits: its route cannot be found out"
        }
    }
}
