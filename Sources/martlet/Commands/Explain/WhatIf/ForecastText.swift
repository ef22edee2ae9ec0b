import MailFormat

/// Forecasts for people: what goes is marked with `-`, what comes with `+`.
struct ForecastText {
    let explanation: ExplanationText
    let plan: ChangePlan
    /// More than a person reads; the JSON form has them all.
    private static let limit = 100

    func render(before: Explanation, after: Explanation) -> String {
        let forecast = Forecast(address: after.address, before: before.fate, after: after.fate)
        var lines = [headline(forecast)]
        lines += self.changes(indent: "  ")
        lines.append("  now       \(explanation.visible(Verdict(before).sentence))")
        lines.append("  then      \(explanation.visible(Verdict(after).sentence))")
        lines += difference(forecast, indent: "  ")
        lines += explanation.body(after)
        return explanation.laidOut(lines) + "\n"
    }

    /// The changes, each with what there is to say of it.
    private func changes(indent: String) -> [String] {
        plan.changes.indices.flatMap { number in
            ["\(indent)what if   \(explanation.visible(plan.changes[number].text))"]
                + (plan.remarks[number] ?? []).map {
                    "\(indent)          " + explanation.paint(explanation.visible($0), .yellow)
                }
        }
    }

    /// A line for programs of the shell: address, what changes, and what there is then, with tabs between.
    func brief(before: Explanation, after: Explanation) -> String {
        let forecast = Forecast(address: after.address, before: before.fate, after: after.fate)
        return explanation.brief(
            after.address.quoted, ["\(forecast.kind)"], after.reply.text, after.fate.deliveries)
    }

    /// The same of one that a survey has found.
    func brief(_ forecast: Forecast) -> String {
        let address =
            forecast.address.localPart.isEmpty ? "@\(forecast.address.domain ?? "")" : forecast.address.quoted
        return explanation.brief(
            address, ["\(forecast.kind)"], forecast.after.reply.text, forecast.after.deliveries)
    }

    func render(_ result: SurveyResult) -> String {
        var lines = self.changes(indent: "")
        let domains = result.domains.joined(separator: ", ")
        lines.append(
            "\(explanation.visible(domains)): looked at \(result.addresses) \(result.addresses == 1 ? "mailbox or alias" : "mailboxes and aliases"), and at every other address"
        )
        if result.forecasts.isEmpty {
            lines.append(
                "  "
                    + (result.gaps.isEmpty
                        ? explanation.paint("nothing would change", .green)
                        : explanation.paint("nothing would change, as far as could be looked at", .yellow)))
        }
        for kind in Forecast.Kind.allCases where kind != .unchanged {
            guard let count = result.counts[kind] else { continue }
            lines.append("  \(count) \(count == 1 ? "address" : "addresses"): \(kind.summary)")
        }
        if let count = result.counts[.unchanged], !result.forecasts.isEmpty {
            lines.append("  \(count) \(count == 1 ? "address" : "addresses"): as before")
        }
        for gap in result.gaps {
            lines.append(
                "  "
                    + explanation.paint(
                        "not looked at: \(explanation.visible(gap)). Its addresses may change too", .yellow))
        }
        for forecast in result.forecasts.prefix(Self.limit) {
            lines.append(headline(forecast))
            lines += difference(forecast, indent: "  ")
        }
        if result.forecasts.count > Self.limit {
            lines.append("… and \(result.forecasts.count - Self.limit) more; --json has them all")
        }
        return explanation.laidOut(lines)
    }

    private func headline(_ forecast: Forecast) -> String {
        let colour: ExplanationText.Colour =
            switch forecast.kind {
            case .unchanged, .taken: .green
            case .elsewhere, .otherwise: .yellow
            case .refused: .red
            }
        return "\(explanation.bold(explanation.visible(forecast.name))): "
            + explanation.paint(forecast.words, colour)
    }

    private func difference(_ forecast: Forecast, indent: String) -> [String] {
        let (gone, new) = forecast.difference
        return gone.map { indent + explanation.paint("- \(explanation.visible($0))", .red) }
            + new.map { indent + explanation.paint("+ \(explanation.visible($0))", .green) }
    }
}
