import GRDB
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// One thread that writes everything: whatever waits when it comes round shares one transaction and one sync.
///
/// While a sync is under way the next group gathers behind it, so the more clients there are the larger the
/// groups become. Settlements need no sync of their own: after a power cut a message that was already delivered
/// may come back, which delivery "at least once" allows; SQLite's log keeps the order, so a message that a client
/// was told about never goes missing that way.
final class GroupCommit: Sendable {
    enum Operation: Sendable {
        case insert(NewMessage, CheckedContinuation<Result<Void, QueueFailure>, Never>)
        case settle(Settlement, due: Timestamp, CheckedContinuation<Settled, Never>)
        case close(CheckedContinuation<Void, Never>)
    }

    /// Told of each group once it is in the store, from the writer's thread.
    typealias Committed = @Sendable (Group) -> Void

    /// What one transaction has done.
    struct Group {
        /// New messages with their numbers, in order.
        var inserted: [(number: Int64, message: NewMessage)] = []
        var removed: [QueuedMessage] = []
        var waiting: [QueuedMessage] = []
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
    private let committed: Committed
    /// Groups written, for tests and measurements.
    let groups = Atomic<Int>(0)

    init(
        database: DatabaseQueue, path: String, lastNumber: Int64, logger: Logger,
        committed: @escaping Committed
    ) {
        self.database = database
        self.path = path
        self.logger = logger
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
        case .settle(_, let due, let continuation): continuation.resume(returning: .waits(until: due))
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
            let group = try database.writeWithoutTransaction { database in
                try transaction(operations, in: database)
            }
            groups.wrappingAdd(1, ordering: .relaxed)
            committed(group)
            for operation in operations {
                switch operation {
                case .insert(_, let continuation): continuation.resume(returning: .success(()))
                case .settle(let settlement, let due, let continuation):
                    continuation.resume(
                        returning: settlement.leavesNothing ? .removed : .waits(until: due))
                case .close: break
                }
            }
        } catch {
            failed(operations, QueueFailure(error, path: path))
        }
        for case .close(let continuation) in operations { close(continuation) }
    }

    private func transaction(_ operations: [Operation], in database: Database) throws -> Group {
        let syncs = operations.contains { if case .insert = $0 { true } else { false } }
        try database.execute(sql: syncs ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
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
                case .settle(let settlement, let due, _):
                    if settlement.leavesNothing {
                        try writer.remove(settlement.message)
                        group.removed.append(settlement.message)
                    } else {
                        try writer.note(settlement, due: due)
                        group.waiting.append(settlement.message)
                    }
                    if let report = settlement.report { try insert(NewMessage(report)) }
                case .close: break
                }
            }
            return .commit
        }
        numbers.withLock { [number] in $0 = number }
        return group
    }

    /// A group that could not be written: new messages are refused, and settlements wait, since what has been
    /// delivered must not be forgotten.
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
        let isClosing = operations.contains { if case .close = $0 { true } else { false } }
        guard !kept.isEmpty else { return }
        if isClosing {
            // The store keeps these messages; the next start delivers them again.
            for case .settle(_, let due, let continuation) in kept {
                continuation.resume(returning: .waits(until: due))
            }
            return
        }
        let retried = kept
        Task {
            try? await Task.sleep(for: .seconds(5))
            for operation in retried { self.submit(operation) }
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
    init(_ report: PreparedReport) {
        self.init(
            id: report.id, arrived: report.arrived, envelope: report.envelope,
            content: .memory(report.content))
    }
}
