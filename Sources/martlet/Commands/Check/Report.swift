import Diagnosis

/// What rules found.
struct Report {
    let rules: [any Rule.Type]
    /// Errors first.
    let findings: [Finding]

    func count(of severity: Finding.Severity) -> Int {
        findings.count { $0.severity == severity }
    }
}
