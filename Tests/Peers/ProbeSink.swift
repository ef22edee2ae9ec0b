import Foundation
import Synchronization

/// An LMTP server whose recipients say by their names what it thinks of them, and that remembers who asked.
///
///     bad…    550 5.1.1          plain…  550 without an enhanced status
///     full…   452 4.2.2          slow…   answers after some seconds
///     late…   refused at DATA    stuck…  never answers
///     everybody else is taken
public final class ProbeSink: Sendable {
    public struct Question: Hashable, Sendable, CustomStringConvertible {
        public let sender: String
        public let recipient: String

        public var description: String { "<\(sender)> about <\(recipient)>" }
    }

    private struct Memory {
        var questions: [Question] = []
        var commands: [String] = []
        var messages = 0
        /// Names that are thought of otherwise than they say.
        var replies: [String: String] = [:]
    }

    public let path: String
    private let listener: ListeningSocket
    private let memory = Mutex(Memory())
    private let delay: TimeInterval

    /// - Parameter delay: how long `slow…` takes.
    public init(path: String, delay: TimeInterval = 3) throws {
        self.path = path
        self.delay = delay
        listener = try ListeningSocket(path: path)
        listener.start { [weak self] descriptor in
            let stream = SocketStream(descriptor: descriptor, seconds: 600)
            try? self?.serve(stream)
        }
    }

    /// Each RCPT with the MAIL before it, in the order of their coming.
    public var questions: [Question] { memory.withLock { $0.questions } }
    /// The command lines of all connections.
    public var commands: [String] { memory.withLock { $0.commands } }
    /// How often content has come to its dot.
    public var messages: Int { memory.withLock { $0.messages } }

    public func asked(about recipient: String) -> Int {
        questions.count { $0.recipient == recipient }
    }

    /// From now on an address gets this reply; nil: what its name says.
    public func answer(_ reply: String?, to recipient: String) {
        memory.withLock { $0.replies[recipient] = reply }
    }

    private func serve(_ stream: SocketStream) throws {
        try stream.write("220 sink LMTP\r\n")
        var sender = ""
        var recipients: [String] = []
        while let line = try stream.readLine() {
            memory.withLock { $0.commands.append(line) }
            switch line.prefix(4).uppercased() {
            case "LHLO":
                try stream.write(
                    "250-sink\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n250 ENHANCEDSTATUSCODES\r\n")
            case "MAIL":
                sender = Self.path(in: line)
                recipients = []
                try stream.write("250 2.1.0 Ok\r\n")
            case "RCPT":
                let recipient = Self.path(in: line)
                memory.withLock {
                    $0.questions.append(Question(sender: sender, recipient: recipient))
                }
                let reply = reply(to: recipient)
                if reply.hasPrefix("2") { recipients.append(recipient) }
                try stream.write(reply + "\r\n")
            case "DATA":
                if let late = recipients.first(where: { $0.hasPrefix("late") }) {
                    try stream.write("554 5.7.1 <\(late)> not this one\r\n")
                    continue
                }
                if recipients.isEmpty {
                    try stream.write("503 5.5.1 no recipients\r\n")
                    continue
                }
                try stream.write("354 go on\r\n")
                var last: String?
                repeat { last = try stream.readLine() } while last != nil && last != "."
                guard last != nil else { return }
                memory.withLock { $0.messages += 1 }
                try stream.write(recipients.map { _ in "250 2.0.0 Ok\r\n" }.joined())
            case "RSET": try stream.write("250 2.0.0 Ok\r\n")
            case "QUIT":
                try stream.write("221 2.0.0 Bye\r\n")
                return
            default: try stream.write("502 5.5.2 what?\r\n")
            }
        }
    }

    private func reply(to recipient: String) -> String {
        if let reply = memory.withLock({ $0.replies[recipient] }) { return reply }
        switch recipient {
        case _ where recipient.hasPrefix("bad"): return "550 5.1.1 <\(recipient)> no such user here"
        case _ where recipient.hasPrefix("full"): return "452 4.2.2 <\(recipient)> mailbox is full"
        case _ where recipient.hasPrefix("plain"): return "550-go away\r\n550 and stay there"
        case _ where recipient.hasPrefix("stuck"):
            Thread.sleep(forTimeInterval: 600)
            return "250 2.1.5 Ok"
        case _ where recipient.hasPrefix("slow"):
            Thread.sleep(forTimeInterval: delay)
            return "250 2.1.5 Ok"
        default: return "250 2.1.5 Ok"
        }
    }

    private static func path(in line: String) -> String {
        guard let start = line.firstIndex(of: "<"), let end = line.lastIndex(of: ">"), start < end else {
            return ""
        }
        return String(line[line.index(after: start)..<end])
    }
}
