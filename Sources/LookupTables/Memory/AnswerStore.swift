import Synchronization

/// What a map answered.
package struct StoredAnswer: Sendable {
    /// The map's number.
    package let map: UInt32
    /// Nil where the map does not have the key.
    package let value: String?
    package let time: UInt32

    package init(map: UInt32, value: String?, time: UInt32) {
        self.map = map
        self.value = value
        self.time = time
    }
}

/// Answers of maps by key, in bounded memory, for many tasks at once.
///
/// An entry is a key (an address, a domain) with what each map answered for it, "not there" included. It takes its
/// own bytes, 12 for each map's answer, and some 100 beside.
package final class AnswerStore: Sendable {
    private final class Shard: Sendable {
        let answers: Mutex<AnswerShard>

        init(_ shard: AnswerShard) { answers = Mutex(shard) }
    }

    private let shards: [Shard]

    private static let shardCount = 16
    /// The longest address has 320 bytes (RFC 5321 §4.5.3.1).
    private static let longestKey = 1024
    /// How many bytes an entry may take on average: a few aliases with thousands of targets must not fill the memory.
    private static let bytesPerEntry = 512

    /// - Parameter limit: the most entries.
    package init(limit: Int) {
        shards = (0..<Self.shardCount).map { number in
            let (limit, bytes) = Self.share(of: limit, number)
            return Shard(AnswerShard(limit: limit, byteLimit: bytes))
        }
    }

    package func setLimit(_ limit: Int) {
        for (number, shard) in shards.enumerated() {
            let (limit, bytes) = Self.share(of: limit, number)
            shard.answers.withLock { $0.setLimit(limit, byteLimit: bytes) }
        }
    }

    private static func share(of limit: Int, _ number: Int) -> (entries: Int, bytes: Int) {
        let entries = limit / shardCount + (number < limit % shardCount ? 1 : 0)
        let (bytes, isTooMuch) = limit.multipliedReportingOverflow(by: bytesPerEntry)
        return (entries, isTooMuch ? .max : bytes / shardCount)
    }

    package var count: Int { shards.reduce(0) { $0 + $1.answers.withLock(\.count) } }
    package var byteCount: Int { shards.reduce(0) { $0 + $1.answers.withLock(\.byteCount) } }

    /// What a map answered for a key; nil where that is not known, or was before `oldest`.
    package func get(_ map: UInt32, _ key: String, since oldest: UInt32) -> (value: String?, time: UInt32)? {
        key.withBytes { key in
            let hash = Self.hash(key)
            return shard(hash).answers.withLock { $0.get(map, key, hash: hash, since: oldest) }
        }
    }

    /// - Parameters:
    ///   - answers: of several maps for the key.
    ///   - oldest: what was answered before then counts no more.
    ///   - onlyKnown: only puts right what is there.
    package func put(
        _ key: String, _ answers: ArraySlice<StoredAnswer>, oldest: UInt32, onlyKnown: Bool = false
    ) {
        key.withBytes { key in
            guard key.count <= Self.longestKey else { return }
            let hash = Self.hash(key)
            shard(hash).answers.withLock {
                $0.put(answers, key, hash: hash, oldest: oldest, onlyKnown: onlyKnown)
            }
        }
    }

    /// Keyed anew in each run of the program, so that nobody can make up keys that collide.
    private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(key))
        return hasher.finalize()
    }

    private func shard(_ hash: Int) -> Shard { shards[hash & (Self.shardCount - 1)] }
}
