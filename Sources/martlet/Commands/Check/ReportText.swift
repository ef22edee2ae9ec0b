import Diagnosis

/// A report for a person: a block a finding, then a line that counts.
///
///     error: mysql:/etc/postfix/mysql-aliases.cf (missing-map-file)
///       /etc/postfix/mysql-aliases.cf is not there, so every lookup of virtual_alias_maps fails for the time being
///       seen in  /etc/postfix/main.cf, line 12: virtual_alias_maps = mysql:/etc/postfix/mysql-aliases.cf
///       cure     did you mean /etc/postfix/aliases.cf? …
///                mv /etc/postfix/aliases.cf /etc/postfix/mysql-aliases.cf
///
///     1 error, 0 warnings, 0 pieces of advice by 24 rules
struct ReportText {
    let style: TextStyle

    func render(_ report: Report) -> String {
        let blocks = report.findings.map { block($0) + "\n\n" }.joined()
        let rules = Self.counted(report.rules.count, "rule", "rules")
        guard !report.findings.isEmpty else {
            return style.paint("Nothing is wrong", .green) + ": \(rules) asked.\n"
        }
        let counts = [
            Self.counted(report.count(of: .error), "error", "errors"),
            Self.counted(report.count(of: .warning), "warning", "warnings"),
            Self.counted(report.count(of: .advice), "piece of advice", "pieces of advice"),
        ]
        return blocks + "\(counts.joined(separator: ", ")) by \(rules)\n"
    }

    private func block(_ finding: Finding) -> String {
        let severity = style.paint("\(finding.severity.rawValue):", colour(of: finding.severity))
        var lines = [
            "\(severity) \(style.bold(style.visible(finding.subject))) \(style.paint("(\(finding.rule))", .faint))"
        ]
        lines.append("  \(style.visible(finding.message))")
        for evidence in finding.evidence {
            lines.append(style.paint("  seen in  \(style.visible(evidence.description))", .faint))
        }
        lines.append("  cure     \(style.visible(finding.cure))")
        for command in finding.commands { lines.append("           \(style.bold(style.visible(command.text)))") }
        return lines.joined(separator: "\n")
    }

    private func colour(of severity: Finding.Severity) -> TextStyle.Colour {
        switch severity {
        case .error: .red
        case .warning: .yellow
        case .advice: .green
        }
    }

    private static func counted(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
    }
}
