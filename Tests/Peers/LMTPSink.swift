import Foundation
import Synchronization

/// An LMTP server that takes everything and remembers it: who reaches the mailboxes, judged from outside.
public final class LMTPSink: Sendable {
    public struct Message: Hashable, Sendable {
        /// As they stood between `<` and `>`.
        public let sender: String
        public let recipients: [String]
        /// As it was sent, without the dot at the end, dot-stuffing not removed.
        public let content: String
    }

    public let path: String
    private let listener: ListeningSocket
    private let received = Mutex<[Message]>([])
    private let reply: @Sendable (_ recipient: String) -> String

    /// - Parameter reply: the answer after the dot for a recipient.
    public init(
        path: String, reply: @escaping @Sendable (_ recipient: String) -> String = { _ in "250 2.0.0 Ok" }
    ) throws {
        self.path = path
        self.reply = reply
        listener = try ListeningSocket(path: path)
        listener.start { [weak self] descriptor in
            let stream = SocketStream(descriptor: descriptor, seconds: 600)
            try? self?.serve(stream)
        }
    }

    public var messages: [Message] { received.withLock { $0 } }

    public func messages(count: Int, seconds: Double = 60) async throws -> [Message] {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while messages.count < count {
            guard ContinuousClock.now < deadline else {
                throw PeerFailure("the sink has \(messages.count) messages, expected \(count)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return messages
    }

    private func serve(_ stream: SocketStream) throws {
        try stream.write("220 sink LMTP\r\n")
        var sender = ""
        var recipients: [String] = []
        while let line = try stream.readLine() {
            switch line.prefix(4).uppercased() {
            case "LHLO":
                try stream.write("250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n")
            case "MAIL":
                sender = Self.path(in: line)
                recipients = []
                try stream.write("250 2.1.0 Ok\r\n")
            case "RCPT":
                recipients.append(Self.path(in: line))
                try stream.write("250 2.1.5 Ok\r\n")
            case "DATA":
                try stream.write("354 go on\r\n")
                guard let content = try Self.content(stream) else { return }
                let message = Message(sender: sender, recipients: recipients, content: content)
                received.withLock { $0.append(message) }
                try stream.write(recipients.map { reply($0) + "\r\n" }.joined())
            case "RSET": try stream.write("250 2.0.0 Ok\r\n")
            case "QUIT":
                try stream.write("221 2.0.0 Bye\r\n")
                return
            default: try stream.write("502 5.5.2 what?\r\n")
            }
        }
    }

    private static func content(_ stream: SocketStream) throws -> String? {
        var content = ""
        while let line = try stream.read(through: [13, 10]) {
            if line == Array(".\r\n".utf8) { return content }
            content += String(decoding: line, as: UTF8.self)
        }
        return nil
    }

    private static func path(in line: String) -> String {
        guard let start = line.firstIndex(of: "<"), let end = line.lastIndex(of: ">"), start < end else {
            return ""
        }
        return String(line[line.index(after: start)..<end])
    }
}
