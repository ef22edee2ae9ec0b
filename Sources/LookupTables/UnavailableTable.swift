import Synchronization

/// Stands for a table that could not be opened: lookups fail for the time being, none is refused for good.
///
/// Mail is deferred until the operator has put the definition right; the reason says what to do. Opening is tried
/// again at most once a second, so that nothing has to be restarted then.
final class UnavailableTable: LookupTable {
    let name: String
    private let reopen: @Sendable () throws(TableError) -> any LookupTable
    private let state: Mutex<State>

    private enum State {
        case opened(any LookupTable)
        case failed(reason: String, at: ContinuousClock.Instant)
    }

    init(
        name: String, reason: String, reopen: @escaping @Sendable () throws(TableError) -> any LookupTable
    ) {
        self.name = name
        self.reopen = reopen
        state = Mutex(.failed(reason: reason, at: .now))
    }

    var keys: LookupKeys {
        state.withLock { if case .opened(let table) = $0 { table.keys } else { .fixed } }
    }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        try await table().lookup(key, observer: observer)
    }

    private func table() throws(LookupFailure) -> any LookupTable {
        let result: Result<any LookupTable, LookupFailure> = state.withLock { state in
            switch state {
            case .opened(let table):
                return .success(table)
            case .failed(var reason, let instant):
                let now = ContinuousClock.now
                if now - instant >= .seconds(1) {
                    do throws(TableError) {
                        let table = try reopen()
                        state = .opened(table)
                        return .success(table)
                    } catch {
                        reason = error.withCure
                        state = .failed(reason: reason, at: now)
                    }
                }
                return .failure(LookupFailure(table: name, cause: .configuration, reason: reason))
            }
        }
        return try result.get()
    }
}
