import Foundation
import MailFormat
import Reception
import Routing

/// One address explained: every step in order, the reply, and the deliveries that would follow.
struct Explanation: Sendable {
    let address: MailAddress
    /// The service of master.cf.
    let service: String
    let circumstances: AccessPolicy.Circumstances
    let steps: [ExplainedStep]
    /// The command that had the last word: `RCPT`, or an earlier one that was refused.
    let command: String
    let reply: SMTPReply
    /// What the log is told where the reply does not say why.
    let cause: String?
    var deliveries: [Delivery] = []
    /// Whose the sender is, where a login is looked at.
    var ownership: Ownership?
    var hints: [Hint] = []
    /// What the words of failures end with, and a hint says too.
    var toldCures: [String] = []

    struct Delivery: Sendable {
        let recipient: MailAddress
        /// Nobody sent it there: `recipient_bcc_maps`, `always_bcc`.
        let isCopy: Bool
        let route: Result<Route, RouteFailure>
        let end: DeliveryEnd
        let steps: [RoutingStep]
    }

    /// Why the way out is not known now.
    struct RouteFailure: Error, Sendable {
        let description: String
    }

    /// The sender's view: who may use the address.
    struct Ownership: Sendable {
        let sender: MailAddress
        let login: String
        /// The key of `smtpd_sender_login_maps` that answered; nil where nobody owns the sender.
        let key: String?
        let owners: [String]
        /// Nil where it could not be found out.
        let isOwner: Bool?
        let failure: String?
    }

    /// What the operator may not see, and what to do about it.
    struct Hint: Sendable {
        let text: String
        let cure: String?
    }
}

/// What becomes of an address's mail, without the way there.
struct Fate: Hashable, Sendable {
    let reply: SMTPReply
    let deliveries: [Delivery]

    struct Delivery: Hashable, Sendable {
        let recipient: MailAddress
        /// Nil where it could not be found out.
        let route: Route?
        let end: DeliveryEnd

        init(_ delivery: Explanation.Delivery) {
            recipient = delivery.recipient
            route = try? delivery.route.get()
            end = delivery.end
        }
    }
}

extension Explanation {
    /// The class of the address's own domain.
    var addressClass: AddressClass? {
        let own = start.domain?.lowercased()
        // The sender's domain may have been looked at before.
        for case .classified(let domain, let addressClass, _) in steps.routing where domain == own {
            return addressClass
        }
        return nil
    }

    /// Alias → targets, as the maps have them, and the key that each was found under.
    var aliases: [MailAddress: (key: String, targets: [MailAddress])] {
        var aliases: [MailAddress: (key: String, targets: [MailAddress])] = [:]
        for case .expanded(let address, let key, let targets) in steps.routing + deliveries.flatMap(\.steps) {
            aliases[address] = (key, targets)
        }
        return aliases
    }

    /// Where the aliases begin: the address as it was completed.
    var start: MailAddress {
        var start = address
        for step in steps.routing {
            switch step {
            case .rewritten(let from, let to) where from == start: start = to
            case .changed(let from, let to, _) where from == start: start = to
            default: continue
            }
        }
        return start
    }

    /// The word or parameter that ended the way through the lists, and in which list it stands.
    var decisive: (word: String, parameter: String, isPermit: Bool)? {
        var last: (word: String, parameter: String, isPermit: Bool)?
        for case .access(.result(let result, let word, let parameter, _)) in steps {
            switch result {
            case .permits: last = (word, parameter, true)
            case .refuses: last = (word, parameter, false)
            // What it kept for later has become the reply.
            case .keeps(let kept) where kept == reply: return (word, parameter, false)
            case .passes, .warns, .keeps: break
            }
        }
        return last
    }

    var fate: Fate {
        Fate(
            reply: reply, deliveries: deliveries.map(Fate.Delivery.init))
    }
}

extension Explanation {
    /// A failure's words without what to do about it, where a hint says that.
    func withoutCures(_ words: String) -> String {
        for cure in toldCures where words.hasSuffix(". \(cure)") {
            return String(words.dropLast(cure.count + 2))
        }
        return words
    }

    /// Deliveries that somebody waits for: no copies.
    var awaited: [Delivery] { deliveries.filter { !$0.isCopy } }

    /// What becomes of the mail, for the command's exit code.
    var outcome: ExplainOutcome {
        if reply.isPermanent { return .lost }
        if reply.isTransient { return .waits }
        let ends = awaited.map(\.end)
        if ends.contains(where: { if case .returned = $0 { true } else { false } }) { return .lost }
        return ends.contains(where: \.isTrouble) ? .waits : .taken
    }
}

/// What becomes of mail; the worst of all addresses is what the command ends with.
enum ExplainOutcome: Int, Comparable {
    /// Accepted, and nothing is known that keeps it from arriving.
    case taken
    /// Not now: 4xx, or in the queue for the time being.
    case waits
    /// Refused for good, or accepted and sent back.
    case lost

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// Nil is success.
    var exitCode: Int32? {
        switch self {
        case .taken: nil
        case .waits: EX_TEMPFAIL
        case .lost: EXIT_FAILURE
        }
    }
}

extension AddressClass {
    /// As the parameters name it.
    var words: String {
        switch self {
        case .local: "local"
        case .virtualAlias: "a virtual alias domain"
        case .virtualMailbox: "a virtual mailbox domain"
        case .relay: "a relay domain"
        case .other: "not ours"
        }
    }
}
