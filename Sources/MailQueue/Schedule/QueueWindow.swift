import Collections
import NIOCore

/// What the queue holds in memory: messages that are ready to be handed out, and who waits for them.
///
/// Methods that wake the consumer return how, so that it happens outside the lock.
struct QueueWindow {
    typealias Consumer = CheckedContinuation<[QueuedMessage]?, Never>

    var active: ActiveSet
    private var ready: [QueuedMessage] = []
    private var consumer: Consumer?
    private var isClosed = false
    private var contentRoom: Int
    private let largestInline: Int

    init(settings: QueueSettings, lastCommitted: Int64) {
        active = ActiveSet(limit: max(1, settings.activeLimit), lastCommitted: lastCommitted)
        contentRoom = settings.contentMemory
        largestInline = settings.largestInline
    }

    /// A message that has just been stored.
    mutating func add(_ message: NewMessage, number: Int64, activated: Timestamp) {
        guard active.committed(number) else { return }
        var fresh: ByteBuffer?
        if case .memory(let buffer) = message.content, buffer.readableBytes <= contentRoom {
            contentRoom -= buffer.readableBytes
            fresh = buffer
        }
        let recipients = message.envelope.recipients.enumerated().map {
            QueuedRecipient(position: $0.offset, recipient: $0.element)
        }
        ready.append(
            QueuedMessage(
                number: number, id: message.id, arrived: message.arrived, sender: message.envelope.sender,
                isEightBit: message.envelope.isEightBit, origin: message.envelope.origin,
                size: message.content.size, recipients: recipients, freshContent: fresh,
                hasStateInStore: false,
                activated: activated))
    }

    /// Messages that were read back from the store.
    mutating func add(
        _ refill: ActiveSet.Refill, untried: StoreReader.Page, due: StoreReader.Page, limit: Int
    ) {
        active.endRefill(
            refill, found: untried.entries.count + due.entries.count,
            lastUntried: untried.last?.number, hasMoreUntried: untried.rowCount == limit, lastDue: due.last,
            hasMoreDue: due.rowCount == limit)
        ready.append(contentsOf: untried.entries.map(\.message))
        ready.append(contentsOf: due.entries.map(\.message))
    }

    mutating func left(_ message: QueuedMessage) {
        active.left()
        contentRoom += message.freshContent?.readableBytes ?? 0
    }

    mutating func wake() -> () -> Void {
        guard let consumer, !ready.isEmpty else { return {} }
        let messages = ready
        ready = []
        self.consumer = nil
        return { consumer.resume(returning: messages) }
    }

    mutating func take(_ consumer: Consumer) -> () -> Void {
        if isClosed { return { consumer.resume(returning: nil) } }
        self.consumer = consumer
        return wake()
    }

    mutating func cancelWaiter() -> () -> Void {
        isClosed = true
        guard let consumer else { return {} }
        self.consumer = nil
        return { consumer.resume(returning: nil) }
    }

    mutating func close() -> () -> Void { cancelWaiter() }
}
