/// Which messages are in memory, and how far the store has been read: a bounded window on a queue of any size.
///
/// Messages that arrive while everything before them is already in memory become active at once. Once the set is full
/// they stay in the store, and are read from there, in order, when there is room again.
struct ActiveSet {
    /// The most messages in memory.
    let limit: Int
    /// The most recipients in memory, save that a single message may have more.
    let recipientLimit: Int
    /// The messages that are active, and with how many recipients.
    private var active: [Int64: Int] = [:]
    /// The recipients of all that is active.
    private(set) var recipients = 0
    /// Every untried message up to this number is active or gone.
    private(set) var cursor: Int64
    /// The last message that is in the store.
    private(set) var lastCommitted: Int64
    /// Every waiting message up to here is active or gone.
    private(set) var dueCursor = DueCursor.start
    private var isRefilling = false
    /// What has left while a refill was under way: the refill may have read it as it was before.
    private var leftMeanwhile: Set<Int64> = []
    /// Where messages were placed while a refill was under way: it may have read past them.
    private var placedMeanwhile: DueCursor?
    /// The clock has reached the due time of some message, as far as is known.
    private var mayHaveDue = true

    init(limit: Int, recipientLimit: Int = .max, lastCommitted: Int64) {
        self.limit = limit
        self.recipientLimit = recipientLimit
        self.lastCommitted = lastCommitted
        cursor = 0
    }

    var count: Int { active.count }

    /// What to read from the store next.
    struct Refill: Equatable {
        let cursor: Int64
        let dueCursor: DueCursor
        let lastCommitted: Int64
        let room: Int
        let recipientRoom: Int
    }

    /// Notes a new message. Whether it is active: if not, a refill will find it.
    mutating func committed(_ number: Int64, recipients added: Int = 1) -> Bool {
        let followsCursor = cursor == lastCommitted
        lastCommitted = number
        guard followsCursor, !isRefilling, count < limit,
            active.isEmpty || added <= recipientLimit - recipients
        else { return false }
        cursor = number
        active[number] = added
        recipients += added
        return true
    }

    /// Notes that a message is no longer active.
    ///
    /// - Parameter due: when its next attempt is due; nil where it is gone. The time may lie before what has been read:
    ///   a short wait, or a clock that was set back.
    mutating func left(_ number: Int64, waitingUntil due: Timestamp? = nil) {
        recipients -= active.removeValue(forKey: number) ?? 0
        if isRefilling { leftMeanwhile.insert(number) }
        guard let due else { return }
        let place = DueCursor(due: due, number: number - 1)
        if isRefilling { placedMeanwhile = min(placedMeanwhile ?? place, place) }
        goBack(to: place)
    }

    private mutating func goBack(to place: DueCursor) {
        guard place < dueCursor else { return }
        dueCursor = place
        mayHaveDue = true
    }

    /// Time has passed: messages may be due again.
    mutating func tick() { mayHaveDue = true }

    /// Begins to read, where there is something to read and room for it; one refill at a time.
    mutating func beginRefill() -> Refill? {
        guard !isRefilling, count <= limit / 2, recipients <= recipientLimit / 2,
            cursor < lastCommitted || mayHaveDue
        else { return nil }
        isRefilling = true
        mayHaveDue = false
        return Refill(
            cursor: cursor, dueCursor: dueCursor, lastCommitted: lastCommitted, room: limit - count,
            recipientRoom: recipientLimit - recipients)
    }

    /// Takes a message that a refill has read. False where it is active already, or was when it was read.
    mutating func enter(_ number: Int64, recipients added: Int = 1) -> Bool {
        guard active[number] == nil, !leftMeanwhile.contains(number) else { return false }
        active[number] = added
        recipients += added
        return true
    }

    /// Ends a refill, once what it has found has entered.
    ///
    /// - Parameters:
    ///   - lastUntried: the last untried message that was read.
    ///   - hasMoreUntried: more may be there than was read.
    ///   - lastDue: the place of the last waiting message that was read.
    ///   - hasMoreDue: more may be due than was read.
    mutating func endRefill(
        _ refill: Refill, lastUntried: Int64?, hasMoreUntried: Bool, lastDue: DueCursor?, hasMoreDue: Bool
    ) {
        let lastRead = lastUntried ?? cursor
        // What was stored while this was reading may have been read as well.
        cursor = hasMoreUntried ? lastRead : max(refill.lastCommitted, lastRead)
        if let lastDue { dueCursor = lastDue }
        if hasMoreDue { mayHaveDue = true }
        if let placedMeanwhile { goBack(to: placedMeanwhile) }
        closeRefill()
    }

    /// Ends a refill that could not read; the next tick tries again.
    mutating func failRefill() { closeRefill() }

    private mutating func closeRefill() {
        isRefilling = false
        leftMeanwhile = []
        placedMeanwhile = nil
    }
}
