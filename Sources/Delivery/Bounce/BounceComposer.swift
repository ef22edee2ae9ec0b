import Foundation
import LookupTables
import MailFormat
import MailQueue
import NIOCore
import NIOPosix
import SMTPWire

/// Makes the report of a message's failed recipients: bounce(8).
struct BounceComposer: Sendable {
    let settings: BounceSettings
    let queue: MailQueue
    let guide: any AddressGuide
    let threads: NIOThreadPool

    enum Report: Sendable {
        case ready(PreparedMessage)
        /// Nobody is told: the message was itself a report.
        case none
        /// It cannot be made now; the recipients stay until it can.
        case later(String)
    }

    func report(
        _ message: QueuedMessage, failed: [(recipient: QueuedRecipient, outcome: RecipientOutcome)]
    ) async -> Report {
        // RFC 5321 §4.5.5: nothing answers the null path. Mail from our own double-bounce address is a report too.
        guard case .address(let sender) = message.sender,
            sender.localPart.lowercased() != settings.doubleBounceSender.lowercased()
        else { return .none }
        // No report can be addressed there.
        guard !sender.hasControlCharacter else { return .none }
        let recipients: [EnvelopeRecipient]
        let returned: (bytes: [UInt8], isHeaderOnly: Bool)
        do {
            recipients = try await guide.finalRecipients(of: sender)
        } catch {
            return .later("\(error)")
        }
        do {
            returned = try await excerpt(message)
        } catch let failure as QueueFailure where failure.cause == .contentLost {
            // The sender is told all the same: nothing is left to wait for.
            returned = ([], true)
        } catch {
            return .later("\(error)")
        }
        let envelope = Envelope(
            sender: .null, recipients: recipients, isEightBit: returned.bytes.contains { $0 >= 0x80 },
            origin: Envelope.Origin(
                clientName: "", clientAddress: "", heloName: "", protocolName: "internal"))
        let prepared = queue.prepareReport(envelope) { id, now in
            let report = DeliveryReport(
                id: id.description, date: MailDate(seconds: Int(now.seconds)), host: settings.hostname,
                origin: settings.origin, mailName: settings.mailName, sender: sender,
                messageID: message.id.description,
                messageArrived: MailDate(seconds: Int(message.arrived.seconds)),
                recipients: failed.map { failed in
                    DeliveryReport.Recipient(
                        final: failed.recipient.recipient.address.printable,
                        original: failed.recipient.recipient.original.printable,
                        status: failed.outcome.status, reason: failed.outcome.reason,
                        remoteHost: failed.outcome.remote?.host, remoteReply: failed.outcome.remote?.reply)
                },
                returned: returned.bytes, returnsHeaderOnly: returned.isHeaderOnly)
            return ByteBuffer(bytes: report.content)
        }
        return .ready(prepared)
    }

    /// The message where it is small enough, else its header as far as the limit goes.
    private func excerpt(_ message: QueuedMessage) async throws -> (bytes: [UInt8], isHeaderOnly: Bool) {
        let limit = settings.sizeLimit
        let start: [UInt8]
        switch try await queue.content(of: message) {
        case .memory(let buffer):
            start = Array(buffer.readableBytesView.prefix(limit))
        case .file(let path, let size):
            start = try await threads.runIfActive {
                let pieces = FilePieces(path: path, size: min(size, limit), threads: threads)
                var bytes: [UInt8] = []
                while let piece = try pieces.read() { bytes.append(contentsOf: piece.readableBytesView) }
                return bytes
            }
        }
        if message.size <= limit { return (start, false) }
        return (Self.header(of: start), true)
    }

    /// Up to the empty line, in whole lines.
    static func header(of bytes: [UInt8]) -> [UInt8] {
        var lineStart = 0
        while let end = bytes[lineStart...].firstIndex(of: UInt8(ascii: "\n")) {
            if bytes[lineStart..<end].allSatisfy({ $0 == 13 }) { break }
            lineStart = end + 1
        }
        return Array(bytes[..<lineStart])
    }
}

extension MailAddress {
    /// With question marks in place of control characters, which could begin lines of their own.
    fileprivate var printable: MailAddress {
        if !hasControlCharacter { return self }
        func clean(_ text: String) -> String {
            String(
                String.UnicodeScalarView(
                    text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
        }
        return MailAddress(localPart: clean(localPart), domain: domain.map(clean))
    }
}
