import MailFormat
import Routing

/// An argument of a pipe(8) command, with macros for what the message is: `-d`, `${recipient}`, `$user@$domain`.
struct PipeArgument: Hashable, Sendable {
    enum Macro: String, CaseIterable {
        case clientAddress = "client_address"
        case clientHelo = "client_helo"
        case clientHostname = "client_hostname"
        case clientPort = "client_port"
        case clientProtocol = "client_protocol"
        case domain
        case `extension`
        case mailbox
        case nexthop
        case originalRecipient = "original_recipient"
        case queueID = "queue_id"
        case recipient
        case saslMethod = "sasl_method"
        case saslSender = "sasl_sender"
        case saslUsername = "sasl_username"
        case sender
        case size
        case user

        /// An argument with such a macro becomes as many as there are recipients.
        var isEachRecipients: Bool {
            switch self {
            case .domain, .extension, .mailbox, .originalRecipient, .recipient, .user: true
            default: false
            }
        }
    }

    private enum Part: Hashable {
        case text(String)
        case macro(Macro)
    }

    private var parts: [Part] = []

    /// Reads `$name`, `${name}`, `$(name)` and `$$`.
    init(_ text: String) throws(PipeSpecification.Mistake) {
        var rest = text[...]
        var literal = ""
        while let character = rest.popFirst() {
            guard character == "$", let next = rest.first else {
                literal.append(character)
                continue
            }
            if next == "$" {
                literal.append("$")
                rest.removeFirst()
                continue
            }
            let name: Substring
            if let close = ["{": "}", "(": ")"][next] as Character? {
                guard let end = rest.firstIndex(of: close) else {
                    throw .init(description: "truncated macro reference: \"\(text)\"")
                }
                name = rest[rest.index(after: rest.startIndex)..<end]
                rest = rest[rest.index(after: end)...]
            } else {
                name = rest.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
                rest = rest.dropFirst(name.count)
            }
            guard let macro = Macro(rawValue: String(name)) else {
                throw .init(description: "unknown macro name: \"\(name)\"")
            }
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = ""
            parts.append(.macro(macro))
        }
        if !literal.isEmpty || parts.isEmpty { parts.append(.text(literal)) }
    }

    var isEachRecipients: Bool {
        parts.contains { if case .macro(let macro) = $0 { macro.isEachRecipients } else { false } }
    }

    func expand(_ value: (Macro) -> String) -> String {
        parts.map {
            switch $0 {
            case .text(let text): text
            case .macro(let macro): value(macro)
            }
        }.joined()
    }
}

/// What the macros stand for in one delivery.
struct PipeValues {
    let specification: PipeSpecification
    let message: KeptMessage
    let nextHop: String
    let rule: AddressExtension

    /// The program and its arguments.
    func arguments(for recipients: [EnvelopeRecipient]) throws(PipeSpecification.Mistake) -> [String] {
        var arguments: [String] = []
        for text in specification.arguments {
            let argument = try PipeArgument(text)
            for recipient in argument.isEachRecipients ? recipients : Array(recipients.prefix(1)) {
                arguments.append(argument.expand { value($0, recipient) })
            }
        }
        return arguments
    }

    private func value(_ macro: PipeArgument.Macro, _ recipient: EnvelopeRecipient) -> String {
        switch macro {
        case .clientAddress: message.origin.clientAddress
        case .clientHelo: message.origin.heloName
        case .clientHostname: message.origin.clientName
        case .clientProtocol: message.origin.protocolName
        // The queue does not keep these.
        case .clientPort, .saslMethod, .saslSender, .saslUsername: ""
        case .domain: domain(recipient.address.domain ?? "")
        case .extension:
            local(rule.split(recipient.address.localPart).map { String($0.extension.dropFirst()) } ?? "")
        case .mailbox: local(recipient.address.localPart)
        case .nexthop: domain(nextHop)
        case .originalRecipient: address(recipient.original)
        case .queueID: message.id
        case .recipient: address(recipient.address)
        case .sender: sender
        case .size: "\(message.size)"
        case .user: local(rule.split(recipient.address.localPart)?.user ?? recipient.address.localPart)
        }
    }

    private var sender: String {
        switch message.sender {
        case .address(let address):
            specification.flags.contains(.quoteAddresses) ? address.quoted : address.text
        case .null:
            specification.flags.contains(.quoteAddresses) && !specification.nullSender.isEmpty
                ? MailAddress(specification.nullSender).quoted : specification.nullSender
        }
    }

    private func address(_ address: MailAddress) -> String {
        let folded = MailAddress(localPart: local(address.localPart), domain: address.domain.map(domain))
        return specification.flags.contains(.quoteAddresses) ? folded.quoted : folded.text
    }

    private func local(_ text: String) -> String {
        specification.flags.contains(.foldLocalParts) ? ASCII.folded(text) : text
    }

    private func domain(_ text: String) -> String {
        specification.flags.contains(.foldDomains) ? ASCII.folded(text) : text
    }
}
