import Foundation
import GRDB
import MailFormat
import NIOCore

/// The statements that read the store.
struct StoreReader {
    let database: Database
    /// Told of a row that Martlet has not written like this.
    var damaged: (_ number: Int64) -> Void = { _ in }

    /// A message's row without its content.
    struct Entry {
        let number: Int64
        /// nil where the message has not been tried yet.
        let due: Timestamp?
        let message: QueuedMessage
    }

    /// Some rows in order. Damaged ones are counted, and not among the entries.
    struct Page {
        var entries: [Entry] = []
        /// There may be more rows than these.
        var hasMore = false
        /// The place of the last row, damaged or not.
        var last: DueCursor?
    }

    func lastNumber() throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT max(number) FROM message") ?? 0
    }

    /// Messages after `cursor` that no attempt has left behind, oldest first.
    ///
    /// - Parameter recipients: about how many recipients the page may have; the message that exceeds it is its last.
    func untried(after cursor: Int64, limit: Int, recipients: Int, activated: Timestamp) throws -> Page {
        try entries(
            """
            \(Self.columns) WHERE message.number > ? AND waiting.due IS NULL ORDER BY message.number LIMIT ?
            """, [cursor, limit], limit: limit, recipients: recipients, activated: activated)
    }

    /// Messages whose next attempt is due after `cursor` and not after `now`, longest due first; as many as for
    /// ``untried(after:limit:recipients:activated:)``.
    func due(after cursor: DueCursor, until now: Timestamp, limit: Int, recipients: Int) throws -> Page {
        try entries(
            """
            SELECT message.number, id, arrived, sender, is_eight_bit, size, envelope, waiting.due
            FROM waiting JOIN message ON message.number = waiting.message
            WHERE (waiting.due, waiting.message) > (?, ?) AND waiting.due <= ?
            ORDER BY waiting.due, waiting.message LIMIT ?
            """, [cursor.due.microseconds, cursor.number, now.microseconds, limit],
            limit: limit, recipients: recipients, activated: now)
    }

    /// A page of every message, for listings.
    func all(after cursor: Int64, limit: Int) throws -> Page {
        try entries(
            "\(Self.columns) WHERE message.number > ? ORDER BY message.number LIMIT ?", [cursor, limit],
            limit: limit, recipients: .max, activated: .now)
    }

    func content(of number: Int64) throws -> ByteBuffer? {
        let statement = try database.cachedStatement(sql: "SELECT content FROM message WHERE number = ?")
        guard let data = try Data.fetchOne(statement, arguments: [number]) else { return nil }
        return ByteBuffer(bytes: data)
    }

    /// The ids of messages whose content is a file.
    func idsInFiles() throws -> Set<String> {
        try Set(String.fetchAll(database, sql: "SELECT id FROM message WHERE content IS NULL"))
    }

    private static let columns = """
        SELECT message.number, id, arrived, sender, is_eight_bit, size, envelope, waiting.due
        FROM message LEFT JOIN waiting ON waiting.message = message.number
        """

    private func entries(
        _ sql: String, _ arguments: StatementArguments, limit: Int, recipients: Int, activated: Timestamp
    ) throws -> Page {
        let rows = try Row.fetchCursor(database.cachedStatement(sql: sql), arguments: arguments)
        var page = Page()
        var rowCount = 0
        var recipientCount = 0
        while let row = try rows.next() {
            rowCount += 1
            page.last = DueCursor(due: Timestamp(microseconds: row[7] ?? .min), number: row[0])
            guard let entry = try entry(row, activated: activated) else { continue }
            page.entries.append(entry)
            recipientCount += entry.message.recipients.count
            if recipientCount >= recipients { break }
        }
        page.hasMore = rowCount == limit || recipientCount >= recipients
        return page
    }

    /// Nil for a row that Martlet has not written like this: it stays where it is, and mail goes on.
    private func entry(_ row: Row, activated: Timestamp) throws -> Entry? {
        let number: Int64 = row[0]
        let due: Int64? = row[7]
        let idText: String = row[1]
        let envelopeData: Data = row[6]
        guard let id = QueueID(idText),
            let envelope = EnvelopeCoding.decode(ByteBuffer(bytes: envelopeData))
        else {
            damaged(number)
            return nil
        }
        let states = due == nil ? [:] : try recipientStates(of: number)
        var recipients: [QueuedRecipient] = []
        recipients.reserveCapacity(envelope.recipients.count)
        for (position, recipient) in envelope.recipients.enumerated() {
            switch states[position] {
            case .finished: continue
            case .deferred(let deferral):
                recipients.append(
                    QueuedRecipient(position: position, recipient: recipient, lastDeferral: deferral))
            case nil:
                recipients.append(QueuedRecipient(position: position, recipient: recipient))
            }
        }
        let message = QueuedMessage(
            number: number, id: id, arrived: Timestamp(microseconds: row[2]), sender: ReversePath(String(decoding: row[3] as Data, as: UTF8.self)),
            isEightBit: row[4], origin: envelope.origin, size: row[5], recipients: recipients,
            freshContent: nil, hasStateInStore: due != nil, activated: activated)
        return Entry(number: number, due: due.map(Timestamp.init(microseconds:)), message: message)
    }

    private enum RecipientState {
        case finished
        case deferred(Deferral)
    }

    private func recipientStates(of number: Int64) throws -> [Int: RecipientState] {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: "SELECT position, status, reason FROM recipient_state WHERE message = ?"),
            arguments: [number])
        var states: [Int: RecipientState] = [:]
        while let row = try rows.next() {
            let position: Int = row[0]
            guard let statusText: String = row[1], let reason: String = row[2] else {
                states[position] = .finished
                continue
            }
            let status =
                EnhancedStatusCode(statusText) ?? EnhancedStatusCode(.persistentTransientFailure, 0, 0)
            states[position] = .deferred(Deferral(status: status, reason: reason))
        }
        return states
    }
}

/// How far the messages that wait have been handed out.
struct DueCursor: Hashable, Comparable {
    var due: Timestamp
    var number: Int64

    /// Before every message.
    static let start = DueCursor(due: Timestamp(microseconds: .min), number: 0)

    static func < (left: DueCursor, right: DueCursor) -> Bool {
        (left.due, left.number) < (right.due, right.number)
    }
}
