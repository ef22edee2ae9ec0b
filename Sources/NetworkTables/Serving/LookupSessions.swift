import Logging
import Synchronization

/// The sessions that are open.
final class LookupSessions: Sendable {
    private struct State {
        var sessions: [ObjectIdentifier: SessionWatch] = [:]
        var isStopping = false
        var lastWarning: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// - Returns: whether there is room for one more.
    func enter(_ session: SessionWatch, limit: Int, logger: Logger) -> Bool {
        let (hasRoom, warns) = state.withLock { state -> (Bool, Bool) in
            guard !state.isStopping else { return (false, false) }
            state.sessions[ObjectIdentifier(session)] = session
            guard state.sessions.count > limit else { return (true, false) }
            let isFresh = state.lastWarning.map { .now - $0 > .seconds(1) } ?? true
            if isFresh { state.lastWarning = .now }
            return (false, isFresh)
        }
        if warns {
            logger.warning(
                "lookup_service has \(limit) connections, its limit (lookup_service_connection_limit)")
        }
        return hasRoom
    }

    func leave(_ session: SessionWatch) {
        state.withLock { $0.sessions[ObjectIdentifier(session)] = nil }
    }

    func stop() {
        let sessions = state.withLock { state in
            state.isStopping = true
            return Array(state.sessions.values)
        }
        for session in sessions { session.stop() }
    }
}
