import MailFormat
import Routing

/// An explanation for a person who is in a hurry: the verdict and its reason in one line, what is worth knowing about
/// it, whose mail it becomes; then the way there, each word and each question; in the end the reply.
struct ExplanationText {
    let isColoured: Bool
    var places = ParameterPlaces(nil, service: nil)
    /// Nil leaves lines as long as they are.
    var wrap: LineWrap?

    func render(_ explanation: Explanation) -> String {
        laidOut([headline(explanation)] + body(explanation)) + "\n"
    }

    /// The lines as they are printed.
    func laidOut(_ lines: [String]) -> String {
        guard let wrap else { return lines.joined(separator: "\n") }
        return lines.flatMap(wrap.wrap).joined(separator: "\n")
    }

    /// A line for programs of the shell: address, reply, deliveries, and what keeps them from arriving, with tabs
    /// between.
    func brief(_ explanation: Explanation) -> String {
        brief(explanation.address.quoted, [], explanation.reply.text, explanation.fate.deliveries)
    }

    func brief(
        _ address: String, _ change: [String], _ reply: String, _ deliveries: [Fate.Delivery]
    ) -> String {
        let ways = deliveries.map { delivery in
            "\(delivery.recipient.quoted) \(delivery.route?.description ?? "(unknown)")"
        }
        let ends = deliveries.compactMap { delivery in
            delivery.end.words.map { "\(delivery.recipient.quoted) \($0)" }
        }
        return
            ([address] + change + [reply, ways.joined(separator: ", ")]
            + (ends.isEmpty ? [] : [ends.joined(separator: ", ")]))
            .map(visible).joined(separator: "\t")
    }

    /// All that stands under the headline; the reply is last.
    func body(_ explanation: Explanation) -> [String] {
        var lines: [String] = []
        for hint in explanation.hints { lines += self.lines(of: hint) }
        if let ownership = explanation.ownership { lines.append("  sender    " + line(of: ownership)) }
        if !explanation.aliases.isEmpty {
            for (number, line) in AliasTree(explanation).lines.enumerated() {
                lines.append((number == 0 ? "  aliases   " : "            ") + visible(line))
            }
        }
        for delivery in explanation.deliveries { lines += self.lines(of: delivery) }
        if let cause = explanation.cause, !isTold(cause, explanation) {
            lines.append("  cause     \(visible(cause))")
        }
        lines.append("  way       \(introduction(explanation))")
        lines += way(explanation.steps).map { "    " + $0 }
        lines += questions(of: explanation.deliveries, after: explanation.steps).map { "    " + $0 }
        lines.append("  reply     \(paint(explanation.reply.text, colour(of: explanation.reply)))")
        return lines
    }

    /// Whether the first line has a failure's words, perhaps without the parameter that they begin with.
    private func isTold(_ cause: String, _ explanation: Explanation) -> Bool {
        let words = explanation.withoutCures(cause)
        let rest = words.firstRange(of: ": ").map { words[$0.upperBound...] } ?? words[...]
        return Verdict(explanation).sentence.contains(rest)
    }

    func headline(_ explanation: Explanation) -> String {
        let verdict = Verdict(explanation)
        let colour: Colour =
            switch verdict.kind {
            case .accepted: self.colour(of: explanation.outcome)
            case .deferred: .yellow
            case .refused: .red
            }
        return "\(bold(visible(explanation.address.quoted))): \(paint(visible(verdict.sentence), colour))"
    }

    private func lines(of hint: Explanation.Hint) -> [String] {
        var lines = ["  note      " + paint(visible(hint.text), .yellow)]
        if let cure = hint.cure { lines.append("    cure    " + visible(cure)) }
        return lines
    }

    private func line(of ownership: Explanation.Ownership) -> String {
        let sender = visible(ownership.sender.quoted)
        if let failure = ownership.failure { return paint("whose \(sender) is: \(visible(failure))", .red) }
        guard let key = ownership.key else { return paint("nobody owns \(sender)", .yellow) }
        let by = visible("smtpd_sender_login_maps has \(key)")
        let owners = visible(ownership.owners.joined(separator: ", "))
        return ownership.isOwner == true
            ? paint("\(sender) belongs to \(owners): \(by)", .green)
            : paint("\(sender) belongs to \(owners), not to \(visible(ownership.login)): \(by)", .yellow)
    }

    // MARK: Steps

    /// The one place that says how a step on an address's way looks.
    func lines(of step: RoutingStep) -> [String] {
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
            return [
                "class     \(visible(domain)) is \(bold(addressClass.words)): \(visible(placed(because)))"
            ]
        case .split(let address, let user, let `extension`):
            return ["extension \(visible(address.text)) is \(visible(user)) with \(visible(`extension`))"]
        case .expanded(let address, let key, let targets):
            let list = targets.map { visible($0.quoted) }.joined(separator: ", ")
            let by = MailAddress(key).folded == address.folded ? "" : " by the key \(visible(key))"
            return ["alias     \(visible(address.quoted))\(by) -> \(list)"]
        case .keptItself(let address):
            return ["alias     \(visible(address.quoted)) leads to itself: no alias is followed from there"]
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
        case .contested(let domain, let first, let second):
            let text = RoutingStep.contestedWarning(domain, by: first, and: second)
            return [paint("warning   \(visible(text))", .yellow)]
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
        if let supposition = question.supposition {
            lines.append(paint("            what if: \(visible(supposition))", .yellow))
        }
        if let unsent = question.unsent {
            lines.append(
                paint("            \(visible(question.table)) was not asked: \(visible(unsent))", .faint))
        } else if let memory = question.memory {
            lines.append(paint("            \(visible(memory.words))", .yellow))
        } else if question.statements.isEmpty, question.supposition == nil {
            let duration = question.isFailed ? " (\(milliseconds(question.duration)))" : ": nothing was sent"
            lines.append(paint("            \(visible(question.table))\(duration)", .faint))
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

    /// With the place where the parameter is set that a reason begins with.
    private func placed(_ because: String) -> String {
        let parameter = because.prefix { $0 != " " }
        guard because.hasPrefix("\(parameter) has ") else { return because }
        let place = places.place(of: String(parameter))
        guard let named = because.firstRange(of: " (named in main.cf)") else {
            return "\(because) [\(place)]"
        }
        return because.replacingCharacters(in: named, with: " [\(place)]")
    }

    /// The delivery, and what is known of its end.
    private func lines(of delivery: Explanation.Delivery) -> [String] {
        var lines = ["  delivery  " + line(of: delivery)]
        for step in delivery.steps {
            switch step {
            case .expanded, .known: break
            // The end says it.
            case .stopped(_, let cause): if delivery.end.reason == cause { continue }
            default: continue
            }
            lines += self.lines(of: step).map { "              " + $0 }
        }
        if let words = delivery.end.words, case .success = delivery.route {
            lines.append("              -> " + paint(visible(words), colour(of: delivery.end)))
        }
        return lines
    }

    /// What is asked for the deliveries that RCPT TO did not ask already.
    private func questions(of deliveries: [Explanation.Delivery], after steps: [ExplainedStep]) -> [String] {
        struct Subject: Hashable {
            let parameter: String
            let table: String
            let key: String

            init(_ question: Question) {
                (parameter, table, key) = (question.parameter, question.table, question.key)
            }
        }
        var known: Set<Subject> = []
        for case .asked(let question) in steps.routing { known.insert(Subject(question)) }
        var lines: [String] = []
        for delivery in deliveries {
            var own: [String] = []
            for case .asked(let question) in delivery.steps where known.insert(Subject(question)).inserted {
                own += self.lines(of: question).map { "  " + $0 }
            }
            if !own.isEmpty {
                lines += ["\(bold("for the delivery")) to \(visible(delivery.recipient.quoted))"] + own
            }
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
                "\(delivery.isCopy ? "a copy to " : "")\(recipient) by \(bold(visible(route.transport))) to \(visible(route.nextHop))\(visible(because))"
        }
    }
}

extension Question {
    fileprivate var isFailed: Bool { if case .failed = answer { true } else { false } }
}

extension Question.Memory {
    var words: String {
        let age = "\(age.microseconds / 1_000_000).\(age.microseconds % 1_000_000 / 100_000) s"
        guard let failure else { return "from memory, \(age) old (lookup_cache_ttl)" }
        return "from memory, \(age) old (lookup_stale_ttl), since \(failure)"
    }
}
