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
    ///   - untried: the numbers of the untried messages that were read.
    ///   - due: the places of the waiting messages that were read.
    mutating func endRefill(_ refill: Refill, untried: [Int64], untriedLimit: Int, due: [DueCursor], dueLimit: Int) {
        isRefilling = false
        count += untried.count + due.count
        let lastRead = untried.last ?? cursor
        cursor = untried.count < untriedLimit ? max(refill.lastCommitted, lastRead) : lastRead
        if let last = due.last { dueCursor = last }
        if due.count == dueLimit { mayHaveDue = true }
    }

    /// Ends a refill that could not read; the next tick tries again.
    mutating func failRefill() { isRefilling = false }

    /// A due time that this set will not overlook: after everything that has been handed out.
    func placeable(_ due: Timestamp) -> Timestamp {
        max(due, Timestamp(microseconds: dueCursor.due.microseconds &+ 1))
    }
}
