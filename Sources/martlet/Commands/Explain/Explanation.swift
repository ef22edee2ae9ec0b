import MailFormat
import Routing

/// One address explained: every step in order, the reply, and the deliveries that would follow.
struct Explanation: Sendable {
    let address: MailAddress
    let steps: [RoutingStep]
    let reply: SMTPReply
    /// What the log is told where the reply does not say why.
    let cause: String?
    let deliveries: [Delivery]

    struct Delivery: Sendable {
        let recipient: MailAddress
        let route: Result<Route, RouteFailure>
        let steps: [RoutingStep]
    }

    /// Why the way out is not known now.
    struct RouteFailure: Error, Sendable {
        let description: String
    }
}

extension Explanation {
    /// The class of the address's own domain.
    var addressClass: AddressClass? {
        for case .classified(_, let addressClass, _) in steps { return addressClass }
        return nil
    }

    /// Alias → targets, as the maps have them.
    var aliases: [MailAddress: [MailAddress]] {
        var aliases: [MailAddress: [MailAddress]] = [:]
        for case .expanded(let address, _, let targets) in steps { aliases[address] = targets }
        return aliases
    }

    /// Where the aliases begin: the address as it was completed.
    var start: MailAddress {
        for case .rewritten(let from, let to) in steps where from == address { return to }
        return address
    }
}
