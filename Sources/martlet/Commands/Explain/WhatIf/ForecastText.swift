import MailFormat

/// Forecasts for people: what goes is marked with `-`, what comes with `+`.
struct ForecastText {
    let explanation: ExplanationText
    let changes: [Change]
    /// More than a person reads; the JSON form has them all.
    private static let limit = 100

    func render(before: Explanation, after: Explanation) -> String {
        let forecast = Forecast(address: after.address, before: before.fate, after: after.fate)
        var lines = [headline(forecast)]
        for change in changes { lines.append("  what if   \(explanation.visible(change.text))") }
        lines.append("  now       \(explanation.visible(Verdict(before).sentence))")
        lines.append("  then      \(explanation.visible(Verdict(after).sentence))")
        lines += difference(forecast, indent: "  ")
        lines += explanation.body(after)
        return lines.joined(separator: "\n") + "\n"
    }

    func render(_ result: SurveyResult) -> String {
        var lines = changes.map { "what if   \(explanation.visible($0.text))" }
        let domains = result.domains.joined(separator: ", ")
        lines.append(
            "\(explanation.visible(domains)): looked at \(result.addresses) \(result.addresses == 1 ? "mailbox or alias" : "mailboxes and aliases"), and at every other address"
        )
        if result.forecasts.isEmpty { lines.append("  " + explanation.paint("nothing would change", .green)) }
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
        return lines.joined(separator: "\n")
    }

    private func headline(_ forecast: Forecast) -> String {
        let colour: ExplanationText.Colour =
            switch forecast.kind {
            case .unchanged, .taken: .green
            case .elsewhere, .otherwise: .yellow
            case .refused: .red
            }
        return "\(explanation.bold(explanation.visible(forecast.name))): "
            + explanation.paint(forecast.kind.words, colour)
    }

    private func difference(_ forecast: Forecast, indent: String) -> [String] {
        let (gone, new) = forecast.difference
        return gone.map { indent + explanation.paint("- \(explanation.visible($0))", .red) }
            + new.map { indent + explanation.paint("+ \(explanation.visible($0))", .green) }
    }
}
