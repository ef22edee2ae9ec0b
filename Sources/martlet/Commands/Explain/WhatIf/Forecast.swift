import MailFormat
import Routing

/// What becomes of one address's mail, as things are and as they would be.
struct Forecast: Sendable {
    /// Without a local part, every other address of the domain.
    let address: MailAddress
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
            case .refused: "its mail would no longer be taken"
            case .taken: "its mail would be taken"
            case .otherwise: "the reply would be another"
            }
        }

        /// After a number of addresses.
        var summary: String {
            switch self {
            case .unchanged: "as before"
            case .elsewhere: "mail would go elsewhere"
            case .refused: "mail would no longer be taken"
            case .taken: "mail would be taken that is not now"
            case .otherwise: "the reply would be another"
            }
        }
    }

    /// As people read it.
    var name: String {
        address.localPart.isEmpty ? "every other address of \(address.domain ?? "")" : address.quoted
    }

    /// What changes, in words that tell too where mail that is taken would not arrive.
    var words: String {
        guard kind == .elsewhere || kind == .taken else { return kind.words }
        let (old, new) = (before.deliveries.map(\.end).combined.code, after.deliveries.map(\.end).combined)
        guard new.code != old else { return kind.words }
        switch new {
        case .open, .discarded: return kind.words
        case .waits: return "\(kind.words), and wait in the queue"
        case .returned: return "\(kind.words), and come back"
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
            guard let route = delivery.route else {
                return "\(recipient) waits: its route cannot be found out"
            }
            let end = delivery.end.words.map { ", but \($0)" } ?? ""
            return "\(recipient) by \(route.transport) to \(route.nextHop)\(end)"
        }
    }
}
