import GRDB
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// One thread that writes everything: whatever waits when it comes round shares one transaction and one sync.
///
/// While a sync is under way the next group gathers behind it, so the more clients there are the larger the
/// groups become. Settlements need no sync of their own, save where a content file is removed after them: after a power cut a message that was already delivered
/// may come back, which delivery "at least once" allows; SQLite's log keeps the order, so a message that a client
/// was told about never goes missing that way.
final class GroupCommit: Sendable {
    enum Operation: Sendable {
        case insert(NewMessage, CheckedContinuation<Result<Void, QueueFailure>, Never>)
        case settle(Settlement, CheckedContinuation<Settled, Never>)
        case close(CheckedContinuation<Void, Never>)
    }

    /// Told of each group once it is in the store, from the writer's thread.
    typealias Committed = @Sendable (Group) -> Void

    /// What one transaction has done.
    struct Group {
        /// New messages with their numbers, in order.
        var inserted: [(number: Int64, message: NewMessage)] = []
        var removed: [QueuedMessage] = []
        /// Messages that wait, with the time of their next attempt.
        var waiting: [(message: QueuedMessage, due: Timestamp)] = []
        /// What has become of each message that was settled, in order.
        var settled: [Settled] = []
    }

    private struct Pending {
        var operations: [Operation] = []
        var isScheduled = false
        var isClosed = false
    }

    private let pending = Mutex(Pending())
    private let thread: NIOThreadPool
    let database: DatabaseQueue
    private let path: String
    private let logger: Logger
    private let numbers: Mutex<Int64>
    private let nextAttempt: @Sendable (QueuedMessage) -> Timestamp
    let isInFile: @Sendable (QueuedMessage) -> Bool
    private let committed: Committed
    /// Whether transactions are synced now; the writer's thread alone asks.
    private let isSyncing = Atomic<Bool>(true)
    /// Groups written, for tests and measurements.
    let groups = Atomic<Int>(0)

    /// - Parameters:
    ///   - database: opened with `synchronous = FULL`.
    ///   - nextAttempt: when the next attempt at a message is due, seen from now.
    ///   - isInFile: whether the message's content is in a file of its own.
    init(
        database: DatabaseQueue, path: String, lastNumber: Int64, logger: Logger,
        nextAttempt: @escaping @Sendable (QueuedMessage) -> Timestamp,
        isInFile: @escaping @Sendable (QueuedMessage) -> Bool, committed: @escaping Committed
    ) {
        self.database = database
        self.path = path
        self.logger = logger
        self.nextAttempt = nextAttempt
        self.isInFile = isInFile
        self.committed = committed
        numbers = Mutex(lastNumber)
        thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
    }

    func submit(_ operation: Operation) {
        let (isTaken, mustSchedule) = pending.withLock { pending in
            if pending.isClosed { return (false, false) }
            if case .close = operation { pending.isClosed = true }
            pending.operations.append(operation)
            if pending.isScheduled { return (true, false) }
            pending.isScheduled = true
            return (true, true)
        }
        if !isTaken { refuse(operation) }
        if mustSchedule { thread.submit { _ in self.drain() } }
    }

    /// The queue is closed: new messages fail, and outcomes are for the next start to find again.
    private func refuse(_ operation: Operation) {
        switch operation {
        case .insert(_, let continuation):
            continuation.resume(returning: .failure(QueueFailure(.storage, "\(path): the queue is closed")))
        case .settle(let settlement, let continuation):
            continuation.resume(returning: .waits(until: nextAttempt(settlement.message)))
        case .close(let continuation): continuation.resume()
        }
    }

    /// Ends the thread, once the store is closed.
    func shutdown() async {
        try? await thread.shutdownGracefully()
    }

    private func drain() {
        while true {
            let operations = pending.withLock { pending in
                let operations = pending.operations
                pending.operations.removeAll(keepingCapacity: true)
                if operations.isEmpty { pending.isScheduled = false }
                return operations
            }
            if operations.isEmpty { return }
            write(operations)
        }
    }

    private func write(_ operations: [Operation]) {
        do {
            try commit(operations)
        } catch {
            // One that cannot be written must not keep the others from it: each gets a turn alone.
            var failure = error
            let failed =
                operations.count == 1
                ? operations
                : operations.filter { operation in
                    do {
                        try commit([operation])
                        return false
                    } catch let alone {
                        failure = alone
                        return true
                    }
                }
            if !failed.isEmpty { self.failed(failed, QueueFailure(failure, path: path)) }
        }
        for case .close(let continuation) in operations { close(continuation) }
    }

    /// Writes all or nothing, and tells those who wait for it.
    private func commit(_ operations: [Operation]) throws {
        let group = try database.writeWithoutTransaction { database in
            try transaction(operations, in: database)
        }
        groups.wrappingAdd(1, ordering: .relaxed)
        committed(group)
        var settled = group.settled.makeIterator()
        for operation in operations {
            switch operation {
            case .insert(_, let continuation): continuation.resume(returning: .success(()))
            case .settle(let settlement, let continuation):
                continuation.resume(
                    returning: settled.next() ?? .waits(until: nextAttempt(settlement.message)))
            case .close: break
            }
        }
    }

    /// A new message is safe before its client is told, and a row is gone before its file is.
    private func needsSync(_ operation: Operation) -> Bool {
        switch operation {
        case .insert: true
        case .settle(let settlement, _): settlement.leavesNothing && isInFile(settlement.message)
        case .close: false
        }
    }

    private func transaction(_ operations: [Operation], in database: Database) throws -> Group {
        let syncs = operations.contains(where: needsSync)
        if syncs != isSyncing.load(ordering: .relaxed) {
            try database.execute(sql: syncs ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
            isSyncing.store(syncs, ordering: .relaxed)
        }
        var group = Group()
        var number = numbers.withLock { $0 }
        try database.inTransaction(.immediate) {
            let writer = StoreWriter(database: database)
            func insert(_ message: NewMessage) throws {
                number += 1
                try writer.insert(message, number: number)
                group.inserted.append((number, message))
            }
            for operation in operations {
                switch operation {
                case .insert(let message, _):
                    try insert(message)
                case .settle(let settlement, _):
                    if settlement.leavesNothing {
                        try writer.remove(settlement.message)
                        group.removed.append(settlement.message)
                        group.settled.append(.removed)
                    } else {
                        let due = nextAttempt(settlement.message)
                        try writer.note(settlement, due: due)
                        group.waiting.append((settlement.message, due))
                        group.settled.append(.waits(until: due))
                    }
                    if let report = settlement.report { try insert(NewMessage(report)) }
                    for forward in settlement.forwards { try insert(NewMessage(forward)) }
                case .close: break
                }
            }
            return .commit
        }
        numbers.withLock { [number] in $0 = number }
        return group
    }

    /// What could not be written: new messages are refused, and settlements wait, since what has been delivered must
    /// not be forgotten.
    private func failed(_ operations: [Operation], _ failure: QueueFailure) {
        logger.error("queue file write error: \(failure)")
        var kept: [Operation] = []
        for operation in operations {
            switch operation {
            case .insert(_, let continuation): continuation.resume(returning: .failure(failure))
            case .settle: kept.append(operation)
            case .close: break
            }
        }
        guard !kept.isEmpty else { return }
        if pending.withLock({ $0.isClosed }) {
            // The store keeps these messages; the next start delivers them again.
            for operation in kept { refuse(operation) }
            return
        }
        Task { [kept] in
            try? await Task.sleep(for: .seconds(5))
            for operation in kept { self.submit(operation) }
        }
    }

    private func close(_ continuation: CheckedContinuation<Void, Never>) {
        do {
            try database.writeWithoutTransaction { database in _ = try database.checkpoint(.truncate) }
            try database.close()
        } catch {
            logger.warning("close queue: \(QueueFailure(error, path: path))")
        }
        continuation.resume()
    }
}

extension Settlement {
    /// No recipient is left: the message goes.
    var leavesNothing: Bool { deferred.isEmpty && finished.count >= message.recipients.count }
}

extension NewMessage {
    init(_ prepared: PreparedMessage) {
        self.init(
            id: prepared.id, arrived: prepared.arrived, envelope: prepared.envelope, content: prepared.content
        )
    }
}
