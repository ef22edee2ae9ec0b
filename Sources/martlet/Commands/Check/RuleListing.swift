import Diagnosis

/// `martlet check --list`: a rule a line.
struct RuleListing {
    private let rules: [any Rule.Type]

    init(_ rules: [any Rule.Type]) { self.rules = rules }

    func print() {
        let width = rules.map { $0.name.count }.max() ?? 0
        for rule in rules {
            let name = rule.name + String(repeating: " ", count: width - rule.name.count)
            let worst = rule.worst.rawValue
            let severity = worst + String(repeating: " ", count: 7 - worst.count)
            Swift.print("\(name)  \(severity)  \(rule.summary)")
        }
    }
}
