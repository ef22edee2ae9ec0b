import Synchronization

/// How far a whole run is: its rules, and the phases that take long, each with a share of one bar.
final class RunProgress: Sendable {
    /// What takes long inside of rules.
    enum Phase: CaseIterable, Sendable {
        case readingTables, followingAliases, askingForTargets, askingDNS

        /// In seconds of what a rule takes, about, where there is much.
        fileprivate var weight: Double {
            switch self {
            case .readingTables: 60
            case .followingAliases, .askingForTargets: 15
            case .askingDNS: 10
            }
        }

        fileprivate func isPart(of rules: [any Rule.Type]) -> Bool {
            switch self {
            case .readingTables: rules.contains { $0.cost == .data }
            case .followingAliases: rules.contains { $0 == AliasLoops.self }
            case .askingForTargets: rules.contains { $0 == AliasDeadEnds.self }
            case .askingDNS: rules.contains { $0 == NamesInDNS.self }
            }
        }
    }

    private struct State {
        var rules: Set<String> = []
        var phases: [Phase: Double] = [:]
        var shown = 0.0
    }

    private let state = Mutex(State())
    private let phases: [Phase]
    private let total: Double
    private let shown: any CheckProgress

    init(_ rules: [any Rule.Type], shown: any CheckProgress) {
        phases = Phase.allCases.filter { $0.isPart(of: rules) }
        total = max(1, phases.reduce(Double(rules.count)) { $0 + $1.weight })
        self.shown = shown
    }

    /// - Parameter fraction: of the phase, from 0 to 1.
    func show(_ phase: Phase, _ words: String, _ fraction: Double) {
        guard phases.contains(phase) else { return }
        advance(words) { $0.phases[phase] = max($0.phases[phase] ?? 0, min(1, fraction)) }
    }

    func ended(_ rule: any Rule.Type) {
        advance(rule.name) { $0.rules.insert(rule.name) }
    }

    private func advance(_ words: String, _ change: (inout State) -> Void) {
        let fraction = state.withLock { state in
            change(&state)
            let done = state.phases.reduce(Double(state.rules.count)) { $0 + $1.key.weight * $1.value }
            state.shown = max(state.shown, min(1, done / total))
            return state.shown
        }
        shown.show(words, fraction)
    }
}

/// Counts the steps of a phase that are done side by side.
final class StepProgress: Sendable {
    private let done = Atomic(0)
    private let total: Int
    private let show: @Sendable (Double) -> Void

    /// - Parameter show: given how much of the steps is done.
    init(of total: Int, _ show: @escaping @Sendable (Double) -> Void) {
        self.total = max(1, total)
        self.show = show
    }

    func step() {
        let done = done.add(1, ordering: .relaxed).newValue
        if total < 1000 || done.isMultiple(of: 256) { show(Double(done) / Double(total)) }
    }
}
