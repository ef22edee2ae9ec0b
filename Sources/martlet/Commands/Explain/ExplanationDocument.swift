import Foundation
import MailFormat
import Routing

/// The form for programs: Documentation/explain.md says what each field is. Fields are added, never changed.
enum ExplanationDocument {
    /// An entry of the document, set in by four blanks.
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        return "    "
            + text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    ")
    }

    struct Entry: Encodable {
        let address: String
        /// `local`, `virtual-alias`, `virtual-mailbox`, `relay`, `other`; absent where it could not be found out.
        let addressClass: String?
        let verdict: VerdictForm
        let client: ClientForm
        /// The last one that the client gave: `RCPT`, or an earlier one that was refused.
        let command: String
        let reply: Reply
        let cause: String?
        let sender: Sender?
        let hints: [Hint]?
        let aliases: [Alias]
        let deliveries: [Delivery]
        let steps: [Step]

        enum CodingKeys: String, CodingKey {
            case address
            case addressClass = "class"
            case verdict, client, command, reply, cause, sender, hints, aliases, deliveries, steps
        }

        init(_ explanation: Explanation) {
            address = explanation.address.text
            addressClass = explanation.addressClass?.code
            verdict = VerdictForm(explanation)
            client = ClientForm(explanation)
            command = explanation.command
            reply = Reply(explanation.reply)
            cause = explanation.cause
            sender = explanation.ownership.map(Sender.init)
            hints =
                explanation.hints.isEmpty
                ? nil : explanation.hints.map { Hint(text: $0.text, cure: $0.cure) }
            aliases = explanation.steps.routing.compactMap {
                guard case .expanded(let address, let key, let targets) = $0 else { return nil }
                return Alias(address: address.text, key: key, targets: targets.map(\.text))
            }
            deliveries = explanation.deliveries.map(Delivery.init)
            steps = explanation.steps.map(Step.init)
        }
    }

    struct VerdictForm: Encodable {
        /// `accepted`, `refused`, `deferred`
        let kind: String
        let sentence: String
        /// What becomes of mail that is accepted and does not arrive: `returned`, `waits`.
        let end: String?
        /// The word that ended the way through the restriction lists, and the parameter that it stands in.
        let word: String?
        let parameter: String?

        init(_ explanation: Explanation) {
            let verdict = Verdict(explanation)
            (kind, sentence) = (verdict.kind.rawValue, verdict.sentence)
            end = explanation.awaited.map(\.end).filter(\.isTrouble).combined.code
            (word, parameter) = (explanation.decisive?.word, explanation.decisive?.parameter)
        }
    }

    /// Who is thought to send.
    struct ClientForm: Encodable {
        let address: String
        let name: String
        let helo: String?
        /// Empty for the null sender.
        let sender: String
        let login: String?
        /// The service of master.cf.
        let service: String

        init(_ explanation: Explanation) {
            let circumstances = explanation.circumstances
            address = circumstances.client.address.description
            name = circumstances.client.name
            helo = circumstances.heloName
            sender = circumstances.sender?.text ?? ""
            login = circumstances.login
            service = explanation.service
        }
    }

    /// Whose the sender is.
    struct Sender: Encodable {
        let address: String
        let login: String
        let isOwner: Bool?
        let key: String?
        let owners: [String]
        let failure: String?

        enum CodingKeys: String, CodingKey {
            case address, login
            case isOwner = "is-owner"
            case key, owners, failure
        }

        init(_ ownership: Explanation.Ownership) {
            address = ownership.sender.text
            login = ownership.login
            isOwner = ownership.isOwner
            key = ownership.key
            owners = ownership.owners
            failure = ownership.failure
        }
    }

    struct Hint: Encodable {
        let text: String
        let cure: String?
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
        /// Only where it is one: nobody sent it there.
        let copy: Bool?
        let transport: String?
        let nexthop: String?
        let because: String?
        let failure: String?
        /// `discarded`, `waits`, `returned`; absent where nothing is known against its arrival.
        let end: String?
        let endReason: String?
        let steps: [Step]

        enum CodingKeys: String, CodingKey {
            case recipient, copy, transport, nexthop, because, failure, end
            case endReason = "end-reason"
            case steps
        }

        init(_ delivery: Explanation.Delivery) {
            recipient = delivery.recipient.text
            copy = delivery.isCopy ? true : nil
            switch delivery.route {
            case .success(let route):
                (transport, nexthop, failure) = (route.transport, route.nextHop, nil)
            case .failure(let error):
                (transport, nexthop, failure) = (nil, nil, error.description)
            }
            var because: String?
            for case .routed(_, _, let reason) in delivery.steps { because = reason }
            self.because = because
            (end, endReason) = (delivery.end.code, delivery.end.reason)
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
