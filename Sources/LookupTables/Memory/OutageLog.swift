import Logging
import Synchronization

/// Tells the log of an outage of one map: when it begins, each minute while it lasts, and when it is over.
final class OutageLog: Sendable {
    private let map: String
    /// Looked at with each lookup, so that an ordinary one takes no lock.
    private let isOut = Atomic(false)
    private let state = Mutex(State())

    fileprivate struct State {
        var start = ContinuousClock.now
        var lastLine = ContinuousClock.now
        var remembered = 0
        var failed = 0
    }

    static let interval = Duration.seconds(60)

    init(map: String) {
        self.map = map
    }

    /// The map could not be asked.
    ///
    /// - Parameter age: of the answer that memory had for the key; nil where it had none.
    func missed(_ key: String, age: Duration?, _ failure: LookupFailure, _ logger: Logger) {
        let line: String? = state.withLock { state in
            let now = ContinuousClock.now
            let isFirst = !isOut.exchange(true, ordering: .relaxed)
            if isFirst { state = State(start: now, lastLine: now) }
            if age != nil { state.remembered += 1 } else { state.failed += 1 }
            let use = age.map { "\"\(key)\" is answered as it was \($0.inWords) ago" }
            // Until memory is of use there is nothing to tell: each failure has a line of its own.
            if isFirst || (age != nil && state.remembered == 1) {
                guard let use else { return nil }
                state.lastLine = now
                return "\(map): no server can be asked, so \(use): \(failure.reason)"
            }
            guard now - state.lastLine >= Self.interval, state.remembered > 0 else { return nil }
            state.lastLine = now
            let latest = use.map { "; now \($0)" } ?? ""
            return "\(map): no server can be asked for \((now - state.start).inWords): "
                + "\(state.counts)\(latest): \(failure.reason)"
        }
        if let line { logger.warning("\(line)") }
    }

    /// The map answered with a value; that something is not there may be known without a server.
    func answered(_ logger: Logger) {
        guard isOut.load(ordering: .relaxed) else { return }
        let line: String? = state.withLock { state in
            guard isOut.exchange(false, ordering: .relaxed), state.remembered > 0 else { return nil }
            return "\(map): answers again after \((ContinuousClock.now - state.start).inWords): \(state.counts)"
        }
        if let line { logger.info("\(line)") }
    }
}

extension OutageLog.State {
    fileprivate var counts: String { "\(remembered) answers came from memory, \(failed) lookups failed" }
}

extension Duration {
    /// `12s`, as times are written in main.cf.
    package var inWords: String { "\(components.seconds)s" }
}
