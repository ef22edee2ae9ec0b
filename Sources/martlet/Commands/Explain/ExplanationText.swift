import MailFormat
import Routing

/// An explanation for a person: questions first, then the aliases as a tree, the deliveries, and the reply.
struct ExplanationText {
    let isColoured: Bool

    private enum Colour: Int {
        case red = 31
        case green = 32
        case yellow = 33
        case faint = 90
    }

    func render(_ explanation: Explanation) -> String {
        var lines = [bold(visible(explanation.address.quoted))]
        for step in explanation.steps { lines += self.lines(of: step).map { "  " + $0 } }
        if !explanation.aliases.isEmpty {
            lines.append("  aliases")
            let tree = AliasTree(explanation)
            lines += tree.lines.map { "    " + visible($0) }
        }
        for delivery in explanation.deliveries { lines.append("  delivery  " + line(of: delivery)) }
        if let cause = explanation.cause { lines.append("  cause     \(visible(cause))") }
        lines.append("  reply     \(paint(explanation.reply.text, colour(of: explanation.reply)))")
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Steps

    private func lines(of step: RoutingStep) -> [String] {
        switch step {
        case .asked(let question):
            return lines(of: question)
        case .notAsked(let parameter, let key, let because):
            return [paint("not asked \(parameter) for \(visible(key)): \(visible(because))", .faint)]
        case .rewritten(_, let to):
            return ["means     \(visible(to.quoted))"]
        case .changed(let from, let to, let because):
            return ["changed   \(visible(from.quoted)) -> \(visible(to.quoted)): \(visible(because))"]
        case .copied(let to, let because):
            return ["copy      to \(visible(to.quoted)): \(visible(because))"]
        case .classified(let domain, let addressClass, let because):
            return ["class     \(visible(domain)) is \(bold(addressClass.words)): \(visible(because))"]
        case .split(let address, let user, let `extension`):
            return ["extension \(visible(address.text)) is \(visible(user)) with \(visible(`extension`))"]
        case .expanded(let address, let key, let targets):
            let list = targets.map { visible($0.quoted) }.joined(separator: ", ")
            return ["alias     \(visible(address.quoted)) by the key \(visible(key)) -> \(list)"]
        case .keptItself(let address):
            return ["alias     \(visible(address.quoted)) leads to itself, and gets the mail"]
        case .stopped(_, let cause):
            return [paint("stopped   \(visible(cause))", .red)]
        case .known(let address, let because):
            return ["known     \(visible(address.quoted)): \(visible(because))"]
        case .unknown(let address, let because):
            return [paint("unknown   \(visible(address.quoted)): \(visible(because))", .yellow)]
        case .leftOut(let address):
            return [paint("left out  \(visible(address.quoted)): nobody here has it", .yellow)]
        case .routed:
            // Told with the deliveries.
            return []
        case .warned(let text):
            return [paint("warning   \(visible(text))", .yellow)]
        }
    }

    private func lines(of question: Question) -> [String] {
        let answer =
            switch question.answer {
            case .found(let value): paint(visible(value), .green)
            case .notFound: paint("not found", .faint)
            case .failed(let failure): paint("failed: \(visible(failure.reason))", .red)
            }
        var lines = ["asked     \(question.parameter) for \(visible(question.key)) -> \(answer)"]
        if let memory = question.memory {
            lines.append(paint("            \(visible(memory.words))", .yellow))
        } else if question.statements.isEmpty {
            lines.append(paint("            \(visible(question.table)): nothing was sent", .faint))
        }
        for statement in question.statements {
            let place = statement.host.isEmpty ? question.table : "\(question.table) at \(statement.host)"
            let text = statement.text.isEmpty || statement.text == question.key ? "" : ": \(statement.text)"
            lines.append(
                paint(
                    "            \(visible(place)) (\(milliseconds(statement.duration)))\(visible(text))",
                    .faint))
        }
        return lines
    }

    private func line(of delivery: Explanation.Delivery) -> String {
        let recipient = visible(delivery.recipient.quoted)
        switch delivery.route {
        case .failure(let failure):
            return paint("\(recipient) waits: \(visible(failure.description))", .red)
        case .success(let route):
            var because = ""
            for case .routed(_, _, let reason) in delivery.steps { because = " (\(reason))" }
            return
                "\(recipient) by \(bold(visible(route.transport))) to \(visible(route.nextHop))\(visible(because))"
        }
    }

    // MARK: Looks

    private func colour(of reply: SMTPReply) -> Colour {
        reply.isPositive ? .green : reply.isTransient ? .yellow : .red
    }

    private func paint(_ text: String, _ colour: Colour) -> String {
        isColoured ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
    }

    private func bold(_ text: String) -> String {
        isColoured ? "\u{1b}[1m\(text)\u{1b}[0m" : text
    }

    private func milliseconds(_ duration: Duration) -> String {
        "\(duration.microseconds / 1000).\(duration.microseconds % 1000 / 100) ms"
    }

    /// What tables and clients wrote must not steer the terminal.
    private func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            return text
        }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}

extension Question.Memory {
    var words: String {
        let age = "\(age.microseconds / 1_000_000).\(age.microseconds % 1_000_000 / 100_000) s"
        guard let failure else { return "from memory, \(age) old (lookup_cache_ttl)" }
        return "from memory, \(age) old (lookup_stale_ttl), since \(failure)"
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
