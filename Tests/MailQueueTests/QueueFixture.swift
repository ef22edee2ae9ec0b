import Foundation
import Logging
import MailFormat
import NIOCore
import Peers
import Synchronization
import Testing

@testable import MailQueue

/// A wall clock that stands until a test moves it.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp(microseconds: 1_790_000_000_000_000))

    var now: Timestamp { moment.withLock { $0 } }

    func advance(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }
}

enum Fixture {
    static let quiet = Logger(label: "qmgr") { _ in SwiftLogNoOpLogHandler() }

    static func open(
        _ directory: TemporaryDirectory, clock: TestClock? = nil,
        change: (inout QueueSettings) -> Void = { _ in }
    ) throws -> MailQueue {
        var settings = QueueSettings(directory: directory.appending("queue/martlet"))
        change(&settings)
        return try MailQueue(settings, logger: quiet, now: { clock?.now ?? .now })
    }

    static func envelope(_ recipients: [String], sender: String = "sender@example.org") -> Envelope {
        Envelope(
            sender: ReversePath(sender),
            recipients: recipients.map {
                EnvelopeRecipient(address: MailAddress($0), original: MailAddress("o-\($0)"))
            },
            isEightBit: true,
            origin: Envelope.Origin(
                clientName: "c.example.test", clientAddress: "192.0.2.1", heloName: "helo",
                protocolName: "ESMTP"))
    }

    @discardableResult
    static func commit(
        _ queue: MailQueue, to recipients: [String] = ["a@example.org"],
        sender: String = "sender@example.org",
        content: String = "Subject: x\r\n\r\nbody\r\n"
    ) async throws -> QueueID {
        let draft = queue.begin()
        try await draft.append(ByteBuffer(string: content))
        try await draft.commit(envelope(recipients, sender: sender))
        return draft.id
    }

    static func text(_ content: MessageContent) throws -> String {
        switch content {
        case .memory(let buffer): return String(buffer: buffer)
        case .file(let path, _): return try String(contentsOfFile: path, encoding: .utf8)
        }
    }

    /// Collects what is due until there are as many messages.
    static func due(_ queue: MailQueue, count: Int) async throws -> [QueuedMessage] {
        var messages: [QueuedMessage] = []
        while messages.count < count {
            messages += try #require(await queue.nextDue())
        }
        return messages
    }
}
