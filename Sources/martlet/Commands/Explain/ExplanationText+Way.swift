import MailFormat
import Reception
import Routing

/// The way through the restriction lists: each word on a line, and under it what it asked.
extension ExplanationText {
    /// Who is thought to send, and at which service.
    func introduction(_ explanation: Explanation) -> String {
        let circumstances = explanation.circumstances
        let sender = circumstances.sender?.text ?? ""
        let login = circumstances.login.map { ", logged in as \($0)" } ?? ""
        return visible(
            "\(circumstances.client.text) says EHLO \(circumstances.heloName ?? ""), MAIL FROM:<\(sender)>\(login) "
                + "to the service \(explanation.service)")
    }

    func way(_ steps: [ExplainedStep]) -> [String] {
        var lines: [String] = []
        var indent = ""
        for (index, step) in steps.enumerated() {
            switch step {
            case .routing(let step):
                lines += self.lines(of: step).map { indent + $0 }
            case .access(.list(let parameter, _)):
                indent = ""
                lines.append("\(bold(parameter)) [\(places.place(of: parameter))]")
                indent = "  "
            case .access(.word(let word, let parameter)):
                let isOwn = word == parameter
                indent = isOwn ? "" : "  "
                // A word that asks nothing is told with its result.
                if case .access(.result)? = steps.dropFirst(index + 1).first { continue }
                lines.append(
                    indent + (isOwn ? "\(bold(word)) [\(places.place(of: parameter))]" : bold(visible(word))))
                indent += "  "
            case .access(.result(let result, let word, let parameter, let because)):
                let hasAsked: Bool
                if index > 0, case .access(.word) = steps[index - 1] {
                    hasAsked = false
                } else {
                    hasAsked = true
                }
                let outer = word == parameter ? "" : "  "
                let text = self.text(of: result, because)
                lines.append(outer + (hasAsked ? "  -> \(text)" : "\(bold(visible(word))) -> \(text)"))
                indent = outer
            case .access(.skipped(let words, let parameter, let because)):
                let what = words.isEmpty ? parameter : words.joined(separator: ", ")
                lines.append(
                    paint("\(indent)not looked at: \(visible(what)), since \(visible(because))", .faint))
            }
        }
        return lines
    }

    private func text(of result: AccessStep.Result, _ because: String) -> String {
        switch result {
        case .passes: "goes on: \(visible(because))"
        case .permits: paint("permits: \(visible(because))", .green)
        case .refuses(let reply):
            paint("refuses: \(visible(reply.text))\(more(because, than: reply))", colour(of: reply))
        case .warns(let reply):
            paint(
                "would refuse, and only warns the log: \(visible(reply.text))\(more(because, than: reply))",
                .yellow)
        case .keeps(let reply): paint("keeps for later: \(visible(reply.text)): \(visible(because))", .yellow)
        }
    }

    private func more(_ because: String, than reply: SMTPReply) -> String {
        because == reply.text ? "" : ": \(visible(because))"
    }
}
