import Collections
import Dispatch
import Foundation
import Synchronization

/// A few threads for matching that may take long, and somebody who gives up waiting.
///
/// regexec(3) cannot be stopped: a thread that a hostile key keeps busy is lost until the C library comes back. So
/// each table has few of its own, what waits for one is bounded, and whoever waits is told after a while that it took
/// too long: lookups that need such a thread of this table fail for the time being, everything else goes on.
final class PatientThreads: Sendable {
    private let threads: Int
    private let waiting: Int
    private let patience: DispatchTimeInterval
    private let state = Mutex(State())

    private struct State {
        var busy = 0
        var jobs: Deque<@Sendable () -> Void> = []
    }

    /// - Parameters:
    ///   - waiting: more are turned away at once.
    ///   - patience: from asking to giving up.
    init(threads: Int = 2, waiting: Int = 100, patience: DispatchTimeInterval = .seconds(5)) {
        self.threads = threads
        self.waiting = waiting
        self.patience = patience
    }

    /// - Returns: nil where it took too long or too much waits already.
    func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result? {
        await withCheckedContinuation { continuation in
            let promise = Promise(continuation)
            let job: @Sendable () -> Void = {
                if promise.isAwaited { promise.settle(work()) }
            }
            guard admit(job) else { return promise.settle(nil) }
            DispatchQueue.global().asyncAfter(deadline: .now() + patience) { promise.settle(nil) }
        }
    }

    private func admit(_ job: @escaping @Sendable () -> Void) -> Bool {
        let mustStart: Bool? = state.withLock { state in
            if state.busy < threads {
                state.busy += 1
                return true
            }
            guard state.jobs.count < waiting else { return nil }
            state.jobs.append(job)
            return false
        }
        guard let mustStart else { return false }
        guard mustStart else { return true }
        let thread = Thread { [self] in
            job()
            while let next = nextJob() { next() }
        }
        // The C library goes deep for back-references.
        thread.stackSize = 64 << 20
        thread.start()
        return true
    }

    /// Nil ends the thread.
    private func nextJob() -> (@Sendable () -> Void)? {
        state.withLock { state in
            if let job = state.jobs.popFirst() { return job }
            state.busy -= 1
            return nil
        }
    }
}

/// An answer that is given once: the first one counts.
private final class Promise<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Value?, Never>?>

    init(_ continuation: CheckedContinuation<Value?, Never>) {
        self.continuation = Mutex(continuation)
    }

    var isAwaited: Bool { continuation.withLock { $0 != nil } }

    func settle(_ value: Value?) {
        let awaiting = continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        awaiting?.resume(returning: value)
    }
}
