/// Which messages are in memory, and how far the store has been read: a bounded window on a queue of any size.
///
/// Messages that arrive while everything before them is already in memory become active at once. Once the set is full
/// they stay in the store, and are read from there, in order, when there is room again.
struct ActiveSet {
    let limit: Int
    private(set) var count = 0
    /// Every untried message up to this number is active or gone.
    private(set) var cursor: Int64
    /// The last message that is in the store.
    private(set) var lastCommitted: Int64
    /// Every waiting message up to here is active, gone, or has been given a later time.
    private(set) var dueCursor = DueCursor(due: Timestamp(microseconds: .min), number: 0)
    private var isRefilling = false
    /// The clock has reached the due time of some message, as far as is known.
    private var mayHaveDue = true

    init(limit: Int, lastCommitted: Int64) {
        self.limit = limit
        self.lastCommitted = lastCommitted
        cursor = 0
    }

    /// What to read from the store next.
    struct Refill: Equatable {
        let cursor: Int64
        let dueCursor: DueCursor
        let lastCommitted: Int64
        let room: Int
    }

    /// Notes a new message. Whether it is active: if not, a refill will find it.
    mutating func committed(_ number: Int64) -> Bool {
        let followsCursor = cursor == lastCommitted
        lastCommitted = number
        guard followsCursor, !isRefilling, count < limit else { return false }
        cursor = number
        count += 1
        return true
    }

    mutating func left() { count -= 1 }

    /// Time has passed: messages may be due again.
    mutating func tick() { mayHaveDue = true }

    /// Begins to read, where there is something to read and room for it; one refill at a time.
    mutating func beginRefill() -> Refill? {
        guard !isRefilling, count <= limit / 2, cursor < lastCommitted || mayHaveDue else { return nil }
        isRefilling = true
        mayHaveDue = false
        return Refill(
            cursor: cursor, dueCursor: dueCursor, lastCommitted: lastCommitted, room: limit - count)
    }

    /// Ends a refill with what it has found.
    ///
    /// - Parameters:
    ///   - found: how many messages have become active.
    ///   - lastUntried: the last untried message that was read.
    ///   - hasMoreUntried: more may be there than was read.
    ///   - lastDue: the place of the last waiting message that was read.
    ///   - hasMoreDue: more may be due than was read.
    mutating func endRefill(
        _ refill: Refill, found: Int, lastUntried: Int64?, hasMoreUntried: Bool, lastDue: DueCursor?,
        hasMoreDue: Bool
    ) {
        isRefilling = false
        count += found
        let lastRead = lastUntried ?? cursor
        // What was stored while this was reading may have been read as well.
        cursor = hasMoreUntried ? lastRead : max(refill.lastCommitted, lastRead)
        if let lastDue { dueCursor = lastDue }
        if hasMoreDue { mayHaveDue = true }
    }

    /// Ends a refill that could not read; the next tick tries again.
    mutating func failRefill() { isRefilling = false }

    /// A due time that this set will not overlook: after everything that has been handed out.
    func placeable(_ due: Timestamp) -> Timestamp {
        max(due, Timestamp(microseconds: dueCursor.due.microseconds &+ 1))
    }
}
