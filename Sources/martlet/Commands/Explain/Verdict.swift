import MailFormat
import Reception
import Routing

/// What an explanation comes to, in one sentence that a person who is in a hurry understands.
///
///     accepted, for john@example.org: virtual_alias_maps has jack@example.org
///     accepted at RCPT TO, but comes back: unknown user: "jo"
///     refused: nobody here has it; virtual_mailbox_maps does not have it
struct Verdict: Sendable {
    enum Kind: String, Sendable {
        case accepted, refused, deferred
    }

    let kind: Kind
    let sentence: String

    init(_ explanation: Explanation) {
        let reply = explanation.reply
        kind = reply.isPositive ? .accepted : reply.isPermanent ? .refused : .deferred
        let sentence = kind == .accepted ? Self.acceptance(explanation) : Self.refusal(explanation, kind)
        self.sentence = explanation.withoutCures(sentence)
    }

    // MARK: Accepted

    private static func acceptance(_ explanation: Explanation) -> String {
        trouble(after: explanation) ?? welcome(explanation)
    }

    /// What becomes of mail that is taken and does not arrive; nil where nothing is known of that.
    private static func trouble(after explanation: Explanation) -> String? {
        let awaited = explanation.awaited
        let troubled = awaited.filter(\.end.isTrouble)
        let start = explanation.start
        guard
            let first = troubled.first(where: { if case .returned = $0.end { true } else { false } })
                ?? troubled.first, let words = first.end.words
        else {
            guard awaited.count == 1, let words = awaited[0].end.words else { return nil }
            return "accepted at RCPT TO, but \(words)"
        }
        var way = ""
        if let alias = explanation.aliases[start], isCatchall(alias, of: start),
            !awaited.contains(where: { $0.recipient.folded == start.folded })
        {
            way = "the catch-all \(alias.key) takes it, and "
        }
        if awaited.count > 1 || first.recipient.folded != start.folded {
            way += "what goes to \(first.recipient.quoted) "
        }
        let more =
            troubled.count > 1 ? " (and \(troubled.count - 1) more of \(awaited.count) do not arrive)" : ""
        return "accepted at RCPT TO, but \(way)\(words)\(more)"
    }

    private static func welcome(_ explanation: Explanation) -> String {
        let recipients = explanation.awaited.map(\.recipient)
        let start = explanation.start
        for case .changed(_, let to, let because) in explanation.steps.routing where to == start {
            return "accepted, rewritten to \(to.quoted): \(because)"
        }
        guard let alias = explanation.aliases[start],
            recipients.count != 1 || recipients[0].folded != start.folded
        else { return "accepted: \(knowledge(of: start, explanation))" }
        let names = recipients.prefix(3).map(\.quoted).joined(separator: ", ")
        let more = recipients.count > 3 ? " and \(recipients.count - 3) more" : ""
        let left = leftOut(explanation)
        if isCatchall(alias, of: start), !recipients.contains(where: { $0.folded == start.folded }) {
            return "accepted, but the catch-all \(alias.key) takes it: it goes to \(names)\(more)\(left)"
        }
        let kind =
            isCatchall(alias, of: start)
            ? "the catch-all" : alias.key.hasPrefix("@") ? "the alias of the whole domain" : "the alias"
        return "accepted, for \(names)\(more): virtual_alias_maps has \(kind) \(alias.key)\(left)"
    }

    /// An alias of a whole domain gathers its mail, unless each name goes to the same name elsewhere.
    private static func isCatchall(_ alias: (key: String, targets: [MailAddress]), of address: MailAddress)
        -> Bool
    {
        alias.key.hasPrefix("@")
            && !alias.targets.allSatisfy { $0.folded.localPart == address.folded.localPart }
    }

    private static func leftOut(_ explanation: Explanation) -> String {
        var names: [String] = []
        for case .leftOut(let address) in explanation.steps.routing { names.append(address.quoted) }
        guard !names.isEmpty else { return "" }
        let more = names.count > 3 ? " and \(names.count - 3) more" : ""
        return "; left out, since nobody here has it: \(names.prefix(3).joined(separator: ", "))\(more)"
    }

    private static func knowledge(of address: MailAddress, _ explanation: Explanation) -> String {
        var last: String?
        for case .known(let known, let because) in explanation.steps.routing
        where known.folded == address.folded {
            last = because
        }
        switch explanation.addressClass {
        case .other?:
            let permit = explanation.decisive.map {
                ", and \($0.word) in \($0.parameter) lets the client relay"
            }
            return "\(address.domain ?? "") is not ours\(permit ?? "")"
        case .virtualMailbox?: return "it is a mailbox\(last.map { ": \($0)" } ?? "")"
        case .local?: return "it is a local user\(last.map { ": \($0)" } ?? "")"
        case .relay?: return "\(address.domain ?? "") is a relay domain\(last.map { ": \($0)" } ?? "")"
        case .virtualAlias?, nil: return last ?? explanation.reply.text
        }
    }

    // MARK: Refused

    private static func refusal(_ explanation: Explanation, _ kind: Kind) -> String {
        let start = kind == .refused ? "refused" : "cannot be taken now"
        guard explanation.command == "RCPT" else {
            return
                "\(start), already at \(explanation.command): \(place(explanation) ?? "the command is not well-formed")"
        }
        guard let decisive = explanation.decisive, !decisive.isPermit else {
            return "\(start): \(trouble(explanation) ?? "it is not well-formed as an address")"
        }
        if let trouble = trouble(explanation) { return "\(start): \(trouble)" }
        switch decisive.word {
        case "reject_unauth_destination", "defer_unauth_destination":
            return "\(start): \(relaying(explanation)) (\(decisive.word) in \(decisive.parameter))"
        case "smtpd_reject_unlisted_recipient", "reject_unlisted_recipient":
            return "\(start): \(unlisted(explanation))"
        default:
            return "\(start) by \(place(explanation) ?? decisive.word)"
        }
    }

    private static func place(_ explanation: Explanation) -> String? {
        explanation.decisive.map {
            $0.word == $0.parameter ? $0.word : "\($0.word) in \($0.parameter)"
        }
    }

    /// A table that could not be asked, or aliases that lead nowhere.
    private static func trouble(_ explanation: Explanation) -> String? {
        for step in explanation.steps.routing.reversed() {
            switch step {
            case .stopped(_, let cause): return cause
            case .asked(let question):
                if case .failed(let failure) = question.answer, explanation.reply.isTransient {
                    return "\(question.parameter) could not be asked: \(failure)"
                }
            default: continue
            }
        }
        return explanation.reply.isTransient ? explanation.cause : nil
    }

    private static func relaying(_ explanation: Explanation) -> String {
        let domain = explanation.start.domain ?? explanation.address.text
        let client = explanation.circumstances.client.text
        return explanation.addressClass == .other
            ? "\(domain) is not ours, and \(client) may not send mail to others through us"
            : "it leads through \(domain) to somebody else, and \(client) may not send there"
    }

    private static func unlisted(_ explanation: Explanation) -> String {
        let steps = explanation.steps.routing
        var dead: [MailAddress] = []
        for case .leftOut(let address) in steps { dead.append(address) }
        if !dead.isEmpty, dead.allSatisfy({ $0.folded == explanation.start.folded }) {
            return "its only alias is to itself, and nobody here has it"
        }
        if !dead.isEmpty {
            let names = dead.prefix(3).map(\.quoted).joined(separator: ", ")
            return
                "it is an alias of \(names), and nobody here has \(dead.count == 1 ? "that" : "any of them")"
        }
        var because = ""
        for case .unknown(_, let reason) in steps { because = reason }
        if because.hasPrefix("its transport is ") {
            for case .routed(explanation.start, _, let reason) in steps { because += " (\(reason))" }
            return because
        }
        let domain = explanation.start.domain ?? ""
        switch explanation.addressClass {
        case .virtualMailbox?:
            return "\(domain) is ours, but there is no such mailbox or alias: \(because)"
        case .virtualAlias?: return "\(domain) is a virtual alias domain, and there is no such alias"
        case .local?: return "\(domain) is local, but there is no such user or alias: \(because)"
        case .relay?: return "\(domain) is a relay domain, but \(because)"
        case .other?, nil: return because
        }
    }
}
