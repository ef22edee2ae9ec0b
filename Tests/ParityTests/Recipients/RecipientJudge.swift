import Foundation
import MailFormat
import Peers

/// A real Postfix with a setup's files, and a sink behind all of its transports.
final class RecipientJudge: Sendable {
    let postfix: PostfixServer
    private let sink: LMTPSink
    private let sinkDirectory: TemporaryDirectory
    /// The same server without aliases: who is known by itself.
    private let plainPort: Int

    init(mainCf: [String: String], files: [String: String], directory: TemporaryDirectory) async throws {
        sinkDirectory = try TemporaryDirectory("sink")
        sink = try LMTPSink(path: sinkDirectory.appending("s"))
        plainPort = try LoopbackPort.unused()
        let transport = "lmtp:unix:\(sink.path)"
        var lines = mainCf.merging(Self.patience) { $1 }
        for name in ["local_transport", "virtual_transport", "relay_transport", "default_transport"] {
            lines[name] = transport
        }
        for (name, text) in files { try directory.write(name, text) }
        postfix = try await PostfixServer.start(
            mainCf: lines.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)\n" }.joined(),
            masterCf: "127.0.0.1:\(plainPort) inet n - n - - smtpd -o virtual_alias_maps=\n")
    }

    /// Nothing here is to slow down, or to stop at the thousandth address.
    static let patience = [
        "smtpd_error_sleep_time": "0", "smtpd_soft_error_limit": "1000000",
        "smtpd_hard_error_limit": "1000000",
        "smtpd_recipient_limit": "1000000", "smtpd_junk_command_limit": "1000000",
    ]

    /// The replies to RCPT TO, one session for all.
    func replies(to addresses: [MailAddress]) async throws -> [String] {
        try await Self.replies(to: addresses, port: postfix.port)
    }

    /// Who of these is nobody, aliases left aside.
    func unknown(among addresses: Set<MailAddress>) async throws -> Set<MailAddress> {
        let addresses = Array(addresses)
        let replies = try await Self.replies(to: addresses, port: plainPort)
        return Set(zip(addresses, replies).filter { $1.contains("User unknown") }.map(\.0))
    }

    /// What any server on that port replies to RCPT TO.
    static func replies(to addresses: [MailAddress], port: Int) async throws -> [String] {
        let client = try await SMTPClient.connect(port: port, seconds: 300)
        _ = try await client.pipeline(["EHLO client.test", "MAIL FROM:<>"])
        var replies: [String] = []
        for start in stride(from: 0, to: addresses.count, by: 200) {
            let chunk = addresses[start..<min(start + 200, addresses.count)]
            replies += try await client.pipeline(chunk.map { "RCPT TO:<\($0.quoted)>" })
        }
        return replies.map(oneLine)
    }

    /// Sends each address a message of its own. For each: the reply after the content, and who got it.
    func deliveries(to addresses: [MailAddress]) async throws -> [(
        reply: String, recipients: Set<MailAddress>
    )] {
        let client = try await SMTPClient.connect(port: postfix.port, seconds: 300)
        _ = try await client.command("EHLO client.test")
        var replies: [String] = []
        for (number, address) in addresses.enumerated() {
            let opening = try await client.pipeline(["MAIL FROM:<>", "RCPT TO:<\(address.quoted)>", "DATA"])
            guard opening[2].hasPrefix("354") else { throw PeerFailure("\(address): \(opening)") }
            let content = "X-Case: case-\(number)-\r\n\r\nhello\r\n.\r\n"
            replies += try await client.send(Array(content.utf8), replies: 1)
        }
        let queued = replies.count { $0.hasPrefix("250") }
        try await waitUntilRemoved(queued)
        var received = [Set<MailAddress>](repeating: [], count: addresses.count)
        for message in sink.messages {
            guard let number = message.content.firstMatch(of: /X-Case: case-(\d+)-/).flatMap({ Int($0.1) })
            else { continue }
            for recipient in message.recipients {
                received[number].insert(MailAddress(Self.unquoted(recipient)).folded)
            }
        }
        return zip(replies.map(Self.oneLine), received).map { ($0, $1) }
    }

    /// The queue manager says of each message when it is through with it.
    private func waitUntilRemoved(_ count: Int) async throws {
        let isEmpty = await Eventually.holds(seconds: 300, every: .milliseconds(100)) {
            postfix.log.components(separatedBy: ": removed").count - 1 >= count
        }
        guard isEmpty else { throw PeerFailure("Postfix still has mail queued") }
    }

    private static func oneLine(_ reply: String) -> String {
        reply.trimmingCharacters(in: .newlines)
    }

    /// `"john doe"@x` on the wire is `john doe@x` inside.
    private static func unquoted(_ text: String) -> String {
        guard text.first == "\"", let end = text.lastIndex(of: "\""), end > text.startIndex else {
            return text
        }
        var local = ""
        var isEscaped = false
        for character in text[text.index(after: text.startIndex)..<end] {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                local.append(character)
                isEscaped = false
            }
        }
        return local + text[text.index(after: end)...]
    }
}
