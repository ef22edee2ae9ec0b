import Foundation
import MailFormat
import Routing

/// The form for programs: Documentation/explain.md says what each field is. Fields are added, never changed.
struct ExplanationDocument: Encodable {
    let explanations: [Entry]

    init(_ explanations: [Explanation]) {
        self.explanations = explanations.map(Entry.init)
    }

    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    struct Entry: Encodable {
        let address: String
        /// `local`, `virtual-alias`, `virtual-mailbox`, `relay`, `other`; absent where it could not be found out.
        let addressClass: String?
        let reply: Reply
        let cause: String?
        let aliases: [Alias]
        let deliveries: [Delivery]
        let steps: [Step]

        enum CodingKeys: String, CodingKey {
            case address
            case addressClass = "class"
            case reply, cause, aliases, deliveries, steps
        }

        init(_ explanation: Explanation) {
            address = explanation.address.text
            addressClass = explanation.addressClass?.code
            reply = Reply(explanation.reply)
            cause = explanation.cause
            aliases = explanation.steps.compactMap {
                guard case .expanded(let address, let key, let targets) = $0 else { return nil }
                return Alias(address: address.text, key: key, targets: targets.map(\.text))
            }
            deliveries = explanation.deliveries.map(Delivery.init)
            steps = explanation.steps.map(Step.init)
        }
    }

    struct Reply: Encodable {
        let code: Int
        let status: String?
        let text: String

        init(_ reply: SMTPReply) {
            code = reply.code
            status = reply.status?.description
            text = reply.text
        }
    }

    struct Alias: Encodable {
        let address: String
        let key: String
        let targets: [String]
    }

    struct Delivery: Encodable {
        let recipient: String
        let transport: String?
        let nexthop: String?
        let because: String?
        let failure: String?
        let steps: [Step]

        init(_ delivery: Explanation.Delivery) {
            recipient = delivery.recipient.text
            switch delivery.route {
            case .success(let route):
                (transport, nexthop, failure) = (route.transport, route.nextHop, nil)
            case .failure(let error):
                (transport, nexthop, failure) = (nil, nil, error.description)
            }
            var because: String?
            for case .routed(_, _, let reason) in delivery.steps { because = reason }
            self.because = because
            steps = delivery.steps.map(Step.init)
        }
    }
}

extension AddressClass {
    var code: String {
        switch self {
        case .local: "local"
        case .virtualAlias: "virtual-alias"
        case .virtualMailbox: "virtual-mailbox"
        case .relay: "relay"
        case .other: "other"
        }
    }
}
