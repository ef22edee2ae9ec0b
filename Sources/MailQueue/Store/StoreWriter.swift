import Foundation
import GRDB
import MailFormat
import NIOCore

/// The statements that change the store. Used from the writer's thread alone, inside its transaction.
struct StoreWriter {
    let database: Database

    func insert(_ message: NewMessage, number: Int64) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO message (number, id, arrived, sender, is_eight_bit, size, envelope, content)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        var content: Data?
        if case .memory(let buffer) = message.content { content = Data(sharing: buffer) }
        statement.setUncheckedArguments([
            number, message.id.description, message.arrived.microseconds, Data(message.envelope.sender.text.utf8),
            message.envelope.isEightBit, message.content.size,
            Data(sharing: EnvelopeCoding.encode(message.envelope)), content,
        ])
        try statement.execute()
    }

    /// Deletes a message with all that was noted about it.
    func remove(_ message: QueuedMessage) throws {
        try run("DELETE FROM message WHERE number = ?", [message.number])
        guard message.hasStateInStore else { return }
        try run("DELETE FROM recipient_state WHERE message = ?", [message.number])
        try run("DELETE FROM waiting WHERE message = ?", [message.number])
    }

    /// Notes who is done and who waits, and when the next attempt is due.
    func note(_ settlement: Settlement, due: Timestamp) throws {
        let number = settlement.message.number
        for position in settlement.finished {
            try run(
                "INSERT OR REPLACE INTO recipient_state (message, position, status, reason) VALUES (?, ?, NULL, NULL)",
                [number, position])
        }
        // Most attempts end as the one before: then the row says it already.
        let noted = Dictionary(
            settlement.message.recipients.compactMap { recipient in
                recipient.lastDeferral.map { (recipient.position, $0) }
            }, uniquingKeysWith: { _, last in last })
        for (position, deferral) in settlement.deferred where noted[position] != deferral {
            try run(
                "INSERT OR REPLACE INTO recipient_state (message, position, status, reason) VALUES (?, ?, ?, ?)",
                [number, position, deferral.status.description, deferral.reason])
        }
        try run("INSERT OR REPLACE INTO waiting (message, due) VALUES (?, ?)", [number, due.microseconds])
    }

    private func run(_ sql: String, _ arguments: StatementArguments) throws {
        let statement = try database.cachedStatement(sql: sql)
        statement.setUncheckedArguments(arguments)
        try statement.execute()
    }
}

/// A message that is about to enter the store.
struct NewMessage: Sendable {
    let id: QueueID
    let arrived: Timestamp
    let envelope: Envelope
    let content: MessageContent
}

extension Data {
    /// The buffer's readable bytes without a copy: they stay as long as this does.
    fileprivate init(sharing buffer: ByteBuffer) {
        self = buffer.withUnsafeReadableBytesWithStorageManagement { bytes, storage in
            guard let base = bytes.baseAddress, !bytes.isEmpty else { return Data() }
            let kept = storage.retain()
            return Data(
                bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: bytes.count,
                deallocator: .custom { _, _ in kept.release() })
        }
    }
}
