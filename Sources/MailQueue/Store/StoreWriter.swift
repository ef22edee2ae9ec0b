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
        if case .memory(let buffer) = message.content { content = Data(buffer.readableBytesView) }
        statement.setUncheckedArguments([
            number, message.id.description, message.arrived.microseconds, message.envelope.sender.text,
            message.envelope.isEightBit, message.content.size,
            Data(EnvelopeCoding.encode(message.envelope).readableBytesView), content,
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
        for (position, deferral) in settlement.deferred {
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
