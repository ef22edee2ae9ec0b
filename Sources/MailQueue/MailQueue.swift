import Collections
import GRDB
import Logging
import MailFormat
import NIOCore
import NIOPosix
import Synchronization

/// The queue: every message that was accepted and not yet delivered, on stable storage.
///
/// Messages enter through ``begin()`` and leave through ``settle(_:)``; in between they are handed out by
/// ``nextDue()`` whenever an attempt is due. Documentation/queue.md tells how it is kept.
public final class MailQueue: MessageIntake {
    public let settings: QueueSettings
    let files: ContentFiles
    private let directory: QueueDirectory
    private let lock: QueueLock
    private let ids: QueueIDGenerator
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let threads: NIOThreadPool
    private let reader: DatabaseQueue
    let writer: GroupCommit
    private let relay = CommitRelay()
    private let window: Mutex<QueueWindow>
    private let freeSpace = Mutex<(checked: Timestamp, isEnough: Bool)>(
        (Timestamp(microseconds: .min / 2), true))

    /// Opens the queue, or makes a new one, and takes its lock.
    ///
    /// - Parameters:
    ///   - logger: label `qmgr`.
    ///   - now: the wall clock; tests bring their own.
    public init(
        _ settings: QueueSettings, logger: Logger, now: @escaping @Sendable () -> Timestamp = { .now }
    ) throws(QueueFailure) {
        self.settings = settings
        self.logger = logger
        self.now = now
        directory = QueueDirectory(settings.directory)
        try directory.create()
        lock = try QueueLock(path: directory.lock)
        ids = QueueIDGenerator(now: now)
        threads = NIOThreadPool(numberOfThreads: 4)
        files = ContentFiles(directory: directory.content, threads: threads)
        let store = directory.store
        let database: DatabaseQueue
        let last: Int64
        do {
            try directory.createStore()
            database = try StoreConnection.open(path: store)
            try database.writeWithoutTransaction { try StoreSchema.prepare($0, path: store) }
            reader = try StoreConnection.open(path: store, readOnly: true)
            let (number, kept) = try reader.read { database in
                let reader = StoreReader(database: database)
                return (try reader.lastNumber(), try reader.idsInFiles())
            }
            last = number
            let orphans = try files.removeOrphans(keeping: kept)
            if orphans > 0 {
                logger.info("removed \(orphans) unfinished message(s) from \(directory.content)")
            }
        } catch {
            throw QueueFailure(error, path: store)
        }
        window = Mutex(QueueWindow(settings: settings, lastCommitted: last))
        let relay = relay
        let (schedule, largestInline) = (settings.schedule, settings.largestInline)
        writer = GroupCommit(
            database: database, path: store, lastNumber: last, logger: logger,
            nextAttempt: { schedule.nextAttempt(arrived: $0.arrived, now: now()) },
            isInFile: { $0.size > largestInline }
        ) { group in
            relay.queue.withLock { $0 }?.committed(group)
        }
        threads.start()
        relay.queue.withLock { $0 = self }
        refill()
    }

    public func begin() -> any MessageDraft {
        let (id, arrived) = ids.next()
        return QueueDraft(id: id, arrived: arrived, queue: self)
    }

    /// A message of our own that will enter the queue together with a settlement.
    public func prepareReport(
        _ envelope: Envelope, content: (QueueID, Timestamp) -> ByteBuffer
    ) -> PreparedMessage {
        let (id, arrived) = ids.next()
        return PreparedMessage(
            id: id, arrived: arrived, envelope: envelope, content: .memory(content(id, arrived)))
    }

    /// The same content for other recipients, with a header of its own on top: a message that will enter the queue
    /// together with a settlement. Large content is on stable storage when this returns.
    public func prepareForward(
        of message: QueuedMessage, _ envelope: Envelope, header: (QueueID, Timestamp) -> ByteBuffer
    ) async throws(QueueFailure) -> PreparedMessage {
        let (id, arrived) = ids.next()
        let draft = QueueDraft(id: id, arrived: arrived, queue: self)
        try await draft.append(header(id, arrived))
        switch try await content(of: message) {
        case .memory(let buffer):
            try await draft.append(buffer)
        case .file(let path, let size):
            let source = try await blocking { () throws(QueueFailure) in try ContentSource(path, size: size) }
            while let piece = try await blocking({ () throws(QueueFailure) in try source.read() }) {
                try await draft.append(piece)
            }
        }
        return PreparedMessage(
            id: id, arrived: arrived, envelope: envelope, content: try await draft.complete())
    }

    /// Forgets a message that will not enter the queue after all.
    public func discard(_ prepared: PreparedMessage) {
        guard case .file = prepared.content else { return }
        let (files, id) = (files, prepared.id)
        threads.submit { _ in files.remove(id) }
    }

    /// Waits until messages are due, and hands them out: each once, until it is settled. Nil once the queue has
    /// been closed or the task was cancelled. For one consumer.
    public func nextDue() async -> [QueuedMessage]? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                window.withLock { $0.take(continuation) }()
            }
        } onCancel: {
            window.withLock { $0.cancelWaiter() }()
        }
    }

    /// Hands out nothing more: the server is about to stop.
    public func stopHandingOut() {
        window.withLock { $0.close() }()
    }

    /// Where the message's content is now. Throws ``QueueFailure/Cause/contentLost`` where its file is gone.
    public func content(of message: QueuedMessage) async throws(QueueFailure) -> MessageContent {
        if let buffer = message.freshContent { return .memory(buffer) }
        let store = directory.store
        let (reader, files) = (reader, files)
        return try await blocking { () throws(QueueFailure) in
            do {
                let stored = try reader.read { try StoreReader(database: $0).content(of: message.number) }
                if let stored { return .memory(stored) }
            } catch {
                throw QueueFailure(error, path: store)
            }
            let path = files.path(of: message.id)
            guard !files.isMissing(message.id) else {
                throw QueueFailure(.contentLost, "open \(path): No such file or directory")
            }
            return .file(path: path, size: message.size)
        }
    }

    /// Records what an attempt has decided. The message is gone, or waits for its next attempt.
    ///
    /// Where the store cannot be written this waits until it can: what was delivered is not forgotten.
    public func settle(_ settlement: Settlement) async -> Settled {
        await withCheckedContinuation { writer.submit(.settle(settlement, $0)) }
    }

    /// Whether a temporary failure is now the message's last.
    public func isExpired(_ message: QueuedMessage) -> Bool {
        settings.schedule.isExpired(arrived: message.arrived, isReport: message.sender == .null, now: now())
    }

    /// Looks for messages that have become due, each ``QueueSettings/runDelay``, until cancelled.
    public func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: settings.runDelay)
            tick()
        }
    }

    /// Looks for messages that have become due, now.
    public func tick() {
        window.withLock { $0.active.tick() }
        refill()
    }

    /// Writes what still waits and closes the files. Messages that were handed out and not settled stay queued.
    public func close() async {
        window.withLock { $0.close() }()
        await withCheckedContinuation { writer.submit(.close($0)) }
        await writer.shutdown()
        relay.queue.withLock { $0 = nil }
        // The threads read by this connection: it is closed when the last of them has ended.
        try? await threads.shutdownGracefully()
        try? reader.close()
        lock.release()
    }

    /// Transactions so far; for tests and measurements.
    var groupCount: Int { writer.groups.load(ordering: .relaxed) }

    // MARK: For drafts

    func insert(_ message: NewMessage) async throws(QueueFailure) {
        let result = await withCheckedContinuation { writer.submit(.insert(message, $0)) }
        try result.get()
    }

    /// Throws where the file system is nearly full. Asks the system at most once a second.
    func checkFreeSpace() throws(QueueFailure) {
        guard settings.minimumFree > 0 else { return }
        let moment = now()
        let isEnough = freeSpace.withLock { known in
            if moment - known.checked >= .seconds(1) {
                known = (moment, (directory.freeSpace() ?? .max) >= settings.minimumFree)
            }
            return known.isEnough
        }
        guard isEnough else {
            throw QueueFailure(
                .insufficientStorage,
                "\(directory.path): not enough free space (queue_minfree = \(settings.minimumFree))")
        }
    }

    func blocking<Value: Sendable>(
        _ work: @escaping @Sendable () throws(QueueFailure) -> Value
    ) async throws(QueueFailure) -> Value {
        do {
            return try await threads.runIfActive { Result { () throws(QueueFailure) in try work() } }.get()
        } catch let failure as QueueFailure {
            throw failure
        } catch {
            throw QueueFailure(.storage, "\(directory.path): the queue is closed")
        }
    }

    // MARK: The window on the store

    private func committed(_ group: GroupCommit.Group) {
        let moment = now()
        window.withLock { window in
            for (number, message) in group.inserted { window.add(message, number: number, activated: moment) }
            for message in group.removed { window.left(message) }
            for (message, due) in group.waiting { window.left(message, waitingUntil: due) }
            return window.wake()
        }()
        // A large message's file goes once its row is gone for good: the writer has synced that.
        for message in group.removed where writer.isInFile(message) { files.remove(message.id) }
        refill()
    }

    private func refill() {
        guard let refill = window.withLock({ $0.active.beginRefill() }) else { return }
        let moment = now()
        let (reader, store) = (reader, directory.store)
        threads.submit { state in
            guard state == .active else { return }
            do {
                let limit = max(refill.room / 2, 1)
                let recipients = max(refill.recipientRoom / 2, 1)
                let (untried, due) = try reader.read { database in
                    let reader = StoreReader(database: database) { number in
                        self.logger.error(
                            "message \(number) of \(store) is damaged and left alone: its envelope cannot be read"
                        )
                    }
                    return (
                        try reader.untried(
                            after: refill.cursor, limit: limit, recipients: recipients, activated: moment),
                        try reader.due(
                            after: refill.dueCursor, until: moment, limit: limit, recipients: recipients)
                    )
                }
                self.window.withLock { window in
                    window.add(refill, untried: untried, due: due)
                    return window.wake()
                }()
                self.refill()
            } catch {
                self.window.withLock { $0.active.failRefill() }
                self.logger.error("cannot read the queue: \(QueueFailure(error, path: store))")
            }
        }
    }
}

/// The writer exists before the queue that it reports to.
private final class CommitRelay: Sendable {
    let queue = Mutex<MailQueue?>(nil)
}
