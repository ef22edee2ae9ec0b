import Diagnosis
import Foundation
import Logging
import LookupTables
import NameService
import PostfixConfig
import Routing

/// A setup as `martlet check` looks at it, with maps and queue opened.
struct CheckedSetup {
    private let reading: SetupReading
    private let pools = DatabasePools()

    /// Whether a server could be started with it.
    var isUsable: Bool { !reading.isUnusable }

    /// - Throws: where main.cf cannot be read at all.
    init(directory: String) throws(ConfigurationFailure) {
        var reading = try SetupReading(directory: directory)
        let opener = Tables.opener(reading.configuration, pools: pools, logger: Self.quiet)
        for problem in ServiceProblems(reading, opener: opener).all { reading.add(problem) }
        self.reading = reading
    }

    /// What cannot be opened is told by rules.
    private static let quiet = Logger(label: "check") { _ in SwiftLogNoOpLogHandler() }

    func findings(_ rules: [any Rule.Type]) async -> [Finding] {
        defer { pools.close() }
        let configuration = reading.configuration
        let opener = Tables.opener(configuration, pools: pools, logger: Self.quiet)
        let bar = ProgressBar("martlet check")
        var setup = Setup(
            configuration: configuration, mainFile: reading.mainFile, master: reading.master, opener: opener,
            router: Router(
                settings: RoutingSettings(configuration),
                tables: RoutingTables(configuration, opener: opener), logger: Self.quiet),
            problems: reading.problems, progress: BarProgress(bar: bar),
            backlog: QueueBacklog(configuration).waiting)
        let names = try? NameService(NameServiceSettings(patience: .seconds(5)))
        defer { names?.close() }
        setup.names = names
        setup.deferrals = QueueBacklog(configuration).deferrals
        let findings = await Examination(rules).findings(in: setup)
        bar.show(1)
        return findings
    }
}

private struct BarProgress: CheckProgress {
    let bar: ProgressBar

    func show(_ phase: String, _ fraction: Double) { bar.show(min(0.99, fraction), phase) }
}
