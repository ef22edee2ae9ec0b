/// A part of an ``AnswerStore``: records by the hash of their key, in bounded memory.
///
/// Where it is full, the record goes that was not seen for long: the clock algorithm, which is nearly "least
/// recently seen" without a list to keep in order. A hand goes round; a record that was seen since the hand last
/// came by stays for another round.
struct AnswerShard {
    private struct Entry {
        let hash: Int
        var record: AnswerRecord
        /// The time of the latest answer.
        var latest: UInt32
        var wasSeen = false

        mutating func take(_ answer: StoredAnswer, oldest: UInt32) {
            record.set(answer.map, answer.value, at: answer.time, oldest: oldest)
            latest = max(latest, answer.time)
        }
    }

    private var entries: [Entry] = []
    private var places: [Int: Int32] = [:]
    private var hand = 0
    private(set) var byteCount = 0
    private var limit = 0
    private var byteLimit = 0

    /// What a record costs beside its bytes: the entry, its place in the index, the array's header.
    private static let overhead = 96

    init(limit: Int, byteLimit: Int) {
        setLimit(limit, byteLimit: byteLimit)
    }

    var count: Int { entries.count }

    mutating func setLimit(_ limit: Int, byteLimit: Int) {
        self.limit = max(0, min(limit, Int(Int32.max)))
        self.byteLimit = byteLimit
        while entries.count > self.limit || byteCount > byteLimit { evict(oldest: 0) }
    }

    mutating func get(
        _ map: UInt32, _ key: UnsafeBufferPointer<UInt8>, hash: Int, since oldest: UInt32
    ) -> (value: String?, time: UInt32)? {
        guard let place = places[hash].map(Int.init), entries[place].record.isOf(key),
            let answer = entries[place].record.answer(of: map), answer.time >= oldest
        else { return nil }
        entries[place].wasSeen = true
        return answer
    }

    /// - Parameter onlyKnown: a key that is not there is left out, as is a map that has no answer for it.
    mutating func put(
        _ answers: ArraySlice<StoredAnswer>, _ key: UnsafeBufferPointer<UInt8>, hash: Int, oldest: UInt32,
        onlyKnown: Bool
    ) {
        if let place = places[hash].map(Int.init) {
            if entries[place].record.isOf(key) {
                return update(place, answers, oldest: oldest, onlyKnown: onlyKnown)
            }
            // Two keys of one hash cannot stay side by side; in 64 bits that hardly ever is so.
            if onlyKnown { return }
            remove(place)
        } else if onlyKnown {
            return
        }
        guard limit > 0 else { return }
        var entry = Entry(hash: hash, record: AnswerRecord(key: key), latest: 0)
        for answer in answers { entry.take(answer, oldest: oldest) }
        let size = Self.overhead + entry.record.bytes.count
        guard size <= byteLimit else { return }
        while entries.count >= limit || byteCount + size > byteLimit { evict(oldest: oldest) }
        places[hash] = Int32(entries.count)
        byteCount += size
        entries.append(entry)
    }

    private mutating func update(
        _ place: Int, _ answers: ArraySlice<StoredAnswer>, oldest: UInt32, onlyKnown: Bool
    ) {
        byteCount -= entries[place].record.bytes.count
        for answer in answers where !onlyKnown || entries[place].record.knows(answer.map) {
            entries[place].take(answer, oldest: oldest)
        }
        entries[place].wasSeen = true
        byteCount += entries[place].record.bytes.count
        while byteCount > byteLimit { evict(oldest: oldest) }
    }

    // MARK: Making room

    private mutating func evict(oldest: UInt32) {
        guard !entries.isEmpty else { return }
        while true {
            if hand >= entries.count { hand = 0 }
            defer { hand += 1 }
            // The last entry, which is the newest, takes the place: it has a whole round before it.
            guard entries[hand].wasSeen, entries[hand].latest >= oldest else { return remove(hand) }
            entries[hand].wasSeen = false
        }
    }

    private mutating func remove(_ place: Int) {
        let gone = entries[place]
        places[gone.hash] = nil
        byteCount -= Self.overhead + gone.record.bytes.count
        let last = entries.removeLast()
        guard place < entries.count else { return }
        entries[place] = last
        places[last.hash] = Int32(place)
    }
}
