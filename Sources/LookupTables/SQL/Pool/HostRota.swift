/// Which host to try next: an active one first, UNIX before INET, random within a class; one that failed rests.
struct HostRota {
    private struct State {
        let host: DatabaseHost
        var connections = 0
        /// The last failure, while it keeps the host resting.
        var failure: Failure?
    }

    private struct Failure {
        let instant: ContinuousClock.Instant
        let rest: Duration
        let soonRest: Duration
        let reason: String
    }

    private var states: [State]

    init(_ hosts: [DatabaseHost]) {
        states = hosts.map { State(host: $0) }
    }

    /// The hosts that may be tried now, best first.
    ///
    /// While every host rests, one may be tried sooner than `retry_interval` says.
    func candidates(_ now: ContinuousClock.Instant) -> [DatabaseHost] {
        let awake = states.filter { state in state.failure.map { now - $0.instant >= $0.rest } ?? true }
        let able =
            awake.isEmpty
            ? states.filter { $0.failure.map { now - $0.instant >= $0.soonRest } ?? true } : awake
        let (active, inactive) = (able.filter { $0.connections > 0 }, able.filter { $0.connections == 0 })
        return [
            active.filter(\.host.isLocal), active.filter { !$0.host.isLocal },
            inactive.filter(\.host.isLocal), inactive.filter { !$0.host.isLocal },
        ].flatMap { $0.shuffled().map(\.host) }
    }

    /// Why each host rests, for the failure of a lookup.
    var reasons: String {
        let reasons = states.compactMap { state in state.failure.map { "\(state.host): \($0.reason)" } }
        return reasons.isEmpty ? "no host could be reached" : reasons.joined(separator: "; ")
    }

    mutating func opened(_ host: DatabaseHost) {
        update(host) {
            $0.connections += 1
            $0.failure = nil
        }
    }

    mutating func closed(_ host: DatabaseHost) {
        update(host) { $0.connections = max(0, $0.connections - 1) }
    }

    /// - Parameter took: how long the attempt lasted: one that hung is not repeated each second.
    mutating func failed(_ host: DatabaseHost, _ reason: String, took: Duration, settings: PoolSettings) {
        let soon = min(settings.retry, max(settings.soonRetry, took * 4))
        update(host) {
            $0.failure = Failure(instant: .now, rest: settings.retry, soonRest: soon, reason: reason)
        }
    }

    private mutating func update(_ host: DatabaseHost, _ change: (inout State) -> Void) {
        guard let index = states.firstIndex(where: { $0.host == host }) else { return }
        change(&states[index])
    }
}
