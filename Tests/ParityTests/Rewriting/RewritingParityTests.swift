import Foundation
import Peers
import Testing

/// The same messages through a real Postfix and through Martlet, with the same tables: envelope and header at an LMTP
/// server behind each of them.
@Suite(.serialized) struct RewritingParityTests {
    @Test(arguments: 0..<5)
    func `envelope and header arrive as from Postfix`(round: Int) async throws {
        var random = SeededGenerator(announcing: "rewriting, round \(round)")
        for _ in 0..<round { _ = random.next() }
        let setup = RewritingSetup(&random, messages: 120)
        let postfix = try await Outcome(of: setup, isPostfix: true)
        let martlet = try await Outcome(of: setup, isPostfix: false)
        var differences = 0
        for message in setup.messages {
            let expected = postfix.cases[message.number]
            let found = martlet.cases[message.number]
            guard expected != found else { continue }
            if setup.isEnvelopeLeftOut, expected?.replies != found?.replies { continue }
            differences += 1
            guard differences <= 5 else { continue }
            Issue.record(
                """
                case \(message.number): MAIL FROM:<\(message.sender)> RCPT TO:\(message.recipients)
                \(message.content)
                Postfix: \(expected.map { "\($0)" } ?? "nothing")
                Martlet: \(found.map { "\($0)" } ?? "nothing")
                \(setup.mainCf.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: "\n"))
                \(setup.files.sorted { $0.key < $1.key }.map { "--- \($0.key)\n\($0.value)" }.joined())
                """)
        }
        #expect(differences == 0)
    }
}

/// What came of a setup's messages on one side.
private struct Outcome {
    struct Case: Equatable, CustomStringConvertible {
        var replies: [String] = []
        var sender = ""
        var recipients: [String] = []
        var header = ""

        var description: String { "\(replies) from <\(sender)> to \(recipients)\n\(header)" }
    }

    var cases: [Int: Case] = [:]

    init(of setup: RewritingSetup, isPostfix: Bool) async throws {
        let directory = try TemporaryDirectory("rws")
        let sink = try LMTPSink(path: directory.appending("s"))
        var mainCf = setup.mainCf.merging(AddressServers.patience) { $1 }
        for name in ["local_transport", "virtual_transport", "relay_transport", "default_transport"] {
            mainCf[name] = "lmtp:unix:\(sink.path)"
        }
        let text = mainCf.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)\n" }.joined()
        let (postfix, martlet): (PostfixServer?, MartletServer?) =
            isPostfix
            ? (try await PostfixServer.start(mainCf: text, files: setup.files), nil)
            : (nil, try await MartletServer.start(mainCf: text, files: setup.files))
        let client = try await SMTPClient.connect(port: postfix?.port ?? martlet?.port ?? 0, seconds: 30)
        _ = try await client.command("EHLO client.test")
        var queued = 0
        for message in setup.messages {
            var replies = try await client.pipeline(
                ["MAIL FROM:<\(message.sender)>"] + message.recipients.map { "RCPT TO:<\($0)>" })
            let opening = try await client.command("DATA")
            if opening.hasPrefix("354") {
                let reply = try await client.send(Array((message.content + ".\r\n").utf8), replies: 1)[0]
                replies.append(String(reply.prefix(10)))
                if reply.hasPrefix("250") { queued += 1 }
            } else {
                replies.append(opening)
                _ = try await client.command("RSET")
            }
            cases[message.number] = Case(replies: replies.map { $0.trimmingCharacters(in: .newlines) })
        }
        try await take(from: sink, queued) { postfix?.log ?? martlet?.log ?? "" }
        withExtendedLifetime((postfix, martlet)) {}
    }

    /// Waits until the queue is empty, and sorts out what arrived.
    private mutating func take(from sink: LMTPSink, _ count: Int, log: () -> String) async throws {
        let isEmpty = await Eventually.holds(seconds: 20, every: .milliseconds(100)) {
            log().components(separatedBy: ": removed").count - 1 >= count
        }
        guard isEmpty else { throw PeerFailure("mail stays in the queue: \(log().suffix(2000))") }
        for message in sink.messages {
            guard let number = message.content.firstMatch(of: /X-Case: (\d+)\r\n/).flatMap({ Int($0.1) }),
                var found = cases[number]
            else { continue }
            found.sender = message.sender
            found.recipients = (found.recipients + message.recipients).sorted()
            found.header = Self.header(of: message.content)
            cases[number] = found
        }
    }

    /// Without what is another's each time: the trace, and the time and name of what was added.
    private static func header(of content: String) -> String {
        guard let end = content.firstRange(of: "\r\n\r\n") else { return content }
        return String(content[..<end.lowerBound])
            .replacing(/^Received: .*?\r\n(?=X-Case)/.dotMatchesNewlines(), with: "")
            .replacing(/<\d{14}\.\w+@mx\.home\.test>/, with: "<ID>")
            .replacing(/Date: \w{3}, +\d+ \w{3} \d{4} .*/, with: "Date: NOW")
    }
}
