import Diagnosis
import Foundation

/// The form for programs: Documentation/check.md says what each field is. Fields are added, never changed.
struct ReportDocument: Encodable {
    struct Entry: Encodable {
        let rule: String
        let severity: String
        let subject: String
        let message: String
        let evidence: [Sight]
        let cure: String
        let commands: [Command]
    }

    struct Command: Encodable {
        /// `shell`, or the `type:name` of a map in whose database the text is a statement.
        let place: String
        let text: String

        init(_ command: Finding.Command) {
            place =
                switch command.place {
                case .shell: "shell"
                case .database(let map): map
                }
            text = command.text
        }
    }

    struct Sight: Encodable {
        let place: String?
        let text: String
    }

    struct Counts: Encodable {
        let error: Int
        let warning: Int
        let advice: Int
    }

    let rules: [String]
    let counts: Counts
    let findings: [Entry]

    init(_ report: Report) {
        rules = report.rules.map { $0.name }
        counts = Counts(
            error: report.count(of: .error), warning: report.count(of: .warning),
            advice: report.count(of: .advice))
        findings = report.findings.map { finding in
            Entry(
                rule: finding.rule, severity: finding.severity.rawValue, subject: finding.subject,
                message: finding.message,
                evidence: finding.evidence.map { Sight(place: $0.place, text: $0.text) },
                cure: finding.cure, commands: finding.commands.map(Command.init))
        }
    }

    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
