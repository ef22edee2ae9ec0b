import NIOCore
import Synchronization

/// What a session waits for, and since when, so that somebody else can tell that it has waited too long.
final class SessionWatch: Sendable {
    enum Phase: UInt64 {
        /// It asks maps, which have limits of their own.
        case working
        /// For a request to begin.
        case idle
        /// For a request to end, or for a reply to be taken.
        case exchanging
    }

    private let channel: any Channel
    private let phase = Atomic<UInt64>(Phase.working.rawValue)
    private let since = Atomic<UInt64>(0)
    private let stopping = Atomic<Bool>(false)

    init(_ channel: any Channel) {
        self.channel = channel
    }

    /// - Returns: false where the session has to end instead.
    func enter(_ next: Phase) -> Bool {
        if phase.load(ordering: .relaxed) != next.rawValue {
            since.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
            phase.store(next.rawValue, ordering: .sequentiallyConsistent)
        }
        return next != .idle || !stopping.load(ordering: .sequentiallyConsistent)
    }

    /// Lets the session answer what it has been asked, and ends it then.
    func stop() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        if phase.load(ordering: .sequentiallyConsistent) != Phase.working.rawValue {
            channel.close(promise: nil)
        }
    }

    func closeIfOverdue(_ limits: LookupService.Limits) {
        let limit: Duration
        switch Phase(rawValue: phase.load(ordering: .sequentiallyConsistent)) {
        case .idle: limit = limits.idle
        case .exchanging: limit = limits.exchange
        case .working, nil: return
        }
        let start = NIODeadline.uptimeNanoseconds(since.load(ordering: .relaxed))
        if start + TimeAmount(limit) <= .now() { channel.close(promise: nil) }
    }
}
