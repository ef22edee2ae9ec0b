import Logging
import Routing
import Synchronization

/// The data of a setup, read once: the rule that asks first has them read, the others wait for the same reading.
final class SharedSurvey: Sendable {
    private let reading = Mutex<Task<DataSurvey, Never>?>(nil)

    fileprivate func survey(of setup: Setup) async -> DataSurvey {
        let task = reading.withLock { reading in
            if let reading { return reading }
            let task = Task { await DataSurvey(setup) }
            reading = task
            return task
        }
        return await task.value
    }
}

extension Setup {
    /// Every alias, mailbox and domain that the maps have.
    var data: DataSurvey { get async { await survey.survey(of: self) } }

    /// The router for asking about many addresses: it keeps its remarks to itself.
    ///
    /// - Parameters:
    ///   - strict: an alias target that nobody has is left out, whatever `reject_unlisted_alias_target` says.
    ///   - edits: rows that are thought to be changed.
    ///   - change: other limits, say.
    func quietRouter(
        strict: Bool = false, after edits: [RowEdit] = [], _ change: (inout RoutingSettings) -> Void = { _ in }
    ) -> Router {
        var settings = RoutingSettings(configuration)
        settings.helpfulWarnings = false
        if strict { settings.rejectsUnlistedAliasTargets = true }
        change(&settings)
        var opener = opener
        if !edits.isEmpty { opener.overlay = RowOverlay(edits) }
        return Router(
            settings: settings, tables: RoutingTables(configuration, opener: opener),
            logger: Logger(label: "check") { _ in SwiftLogNoOpLogHandler() })
    }
}
