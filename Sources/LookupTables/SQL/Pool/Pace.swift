import Synchronization

/// How long a map's question takes on the server, from what its last ones took. Soon slow, only slowly quick again.
final class Pace: Sendable {
    /// In nanoseconds; 0 where nothing is known. Two threads that write at once lose one observation, which nobody
    /// misses.
    private let average = Atomic(0)
    /// Its questions are answered together, so that a further one costs next to nothing.
    private let isShared = Atomic(false)

    /// What a question is thought to take before the first was answered.
    private static let guess = 500_000

    private var nanoseconds: Int {
        let known = average.load(ordering: .relaxed)
        return known == 0 ? Self.guess : known
    }

    /// What one more question costs.
    /// - Parameter isFirst: of its batch.
    func nanoseconds(isFirst: Bool) -> Int {
        isFirst || !isShared.load(ordering: .relaxed) ? nanoseconds : 0
    }

    /// - Parameter isShared: the time is that of many questions.
    func observe(_ duration: Duration, isShared: Bool = false) {
        self.isShared.store(isShared, ordering: .relaxed)
        let seen = max(1, Self.nanoseconds(duration))
        let known = average.load(ordering: .relaxed)
        let next =
            if known == 0 { seen } else if seen > known { known + (seen - known) / 2 } else {
                known - (known - seen) / 8
            }
        average.store(next, ordering: .relaxed)
    }

    static func nanoseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        // An hour is slow enough, and the sum of many hours no overflow.
        return Int(min(seconds, 3600)) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }
}
