import PostfixConfig
import Synchronization

/// What the program remembers of its maps' answers: for an outage (`lookup_stale_ttl`), and for
/// `lookup_cache_ttl` where the operator has turned that on.
///
/// There is one for the program. It outlives a reading of the configuration: a map whose definition is the same keeps its
/// answers, one whose definition changed begins anew.
public final class AnswerMemory: Sendable {
    /// Answers that belong to addresses which mail was taken for, or delivered to.
    let stale = AnswerStore(limit: 0)
    /// All answers of the last moments.
    let cache = AnswerStore(limit: 0)
    private let maps = Mutex(Maps())

    private struct Maps {
        var byDefinition: [String: Weak] = [:]
        var last: UInt32 = 0
    }

    private struct Weak {
        weak var map: RememberedMap?
    }

    public init() {}

    /// How much there may be: `lookup_stale_limit`, `lookup_cache_limit`. What is too much is let go at once.
    public func setLimits(_ configuration: Configuration) {
        stale.setLimit(configuration[.lookupStaleTTL] > .zero ? configuration[.lookupStaleLimit] : 0)
        cache.setLimit(configuration[.lookupCacheTTL] > .zero ? configuration[.lookupCacheLimit] : 0)
    }

    /// The same map for the same definition, for as long as anybody has it; otherwise a new one.
    ///
    /// - Parameter definition: everything that its answers follow from.
    func map(_ name: String, definition: String) -> RememberedMap {
        maps.withLock { maps in
            if let map = maps.byDefinition[definition]?.map { return map }
            maps.byDefinition = maps.byDefinition.filter { $0.value.map != nil }
            maps.last += 1
            let map = RememberedMap(name: name, number: maps.last)
            maps.byDefinition[definition] = Weak(map: map)
            return map
        }
    }
}

/// A map whose answers are remembered: its number in the stores, and what there is to tell of an outage.
final class RememberedMap: Sendable {
    let number: UInt32
    let outage: OutageLog

    init(name: String, number: UInt32) {
        self.number = number
        outage = OutageLog(map: name)
    }
}
