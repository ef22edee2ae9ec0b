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
        active = ActiveSet(
            limit: max(1, settings.activeLimit), recipientLimit: max(1, settings.recipientLimit),
            lastCommitted: lastCommitted)
        contentRoom = settings.contentMemory
        largestInline = settings.largestInline
    }

    /// A message that has just been stored.
    mutating func add(_ message: NewMessage, number: Int64, activated: Timestamp) {
        guard active.committed(number, recipients: message.envelope.recipients.count) else { return }
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
    mutating func add(_ refill: ActiveSet.Refill, untried: StoreReader.Page, due: StoreReader.Page) {
        for message in (untried.entries + due.entries).map(\.message)
        where active.enter(message.number, recipients: message.recipients.count) {
            ready.append(message)
        }
        active.endRefill(
            refill, lastUntried: untried.last?.number, hasMoreUntried: untried.hasMore, lastDue: due.last,
            hasMoreDue: due.hasMore)
    }

    /// - Parameter due: when the next attempt is due; nil where the message is gone.
    mutating func left(_ message: QueuedMessage, waitingUntil due: Timestamp? = nil) {
        active.left(message.number, waitingUntil: due)
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
