import Foundation
import Peers
import Testing

/// A Postfix and a Martlet that root has started, with the same setup, each in its own directory.
struct RightsPair: Sendable {
    let postfix: PostfixServer
    let martlet: MartletServer

    /// - Parameters:
    ///   - mainCf: `$DIR` stands for the server's own directory, in master.cf too.
    ///   - prepare: called with that directory before the server starts.
    static func start(
        mainCf: String, masterCf: String, prepare: @escaping @Sendable (TemporaryDirectory) throws -> Void
    ) async throws -> RightsPair {
        @Sendable func add(_ text: String, to name: String, _ directory: TemporaryDirectory, before: String)
            throws
        {
            let names = Set(text.split(separator: "\n").map { $0.prefix { $0 != " " && $0 != "=" } })
            let kept = before.split(separator: "\n").filter { line in
                name != "main.cf" || !names.contains(line.prefix { $0 != " " && $0 != "=" })
            }
            try directory.write(
                "etc/\(name)",
                "\(kept.joined(separator: "\n"))\n\(text.replacing("$DIR", with: directory.path))\n")
        }
        @Sendable func fill(_ directory: TemporaryDirectory) throws {
            try prepare(directory)
            for (name, text) in [("main.cf", mainCf), ("master.cf", masterCf)] {
                let before = try String(contentsOfFile: directory.appending("etc/\(name)"), encoding: .utf8)
                try add(text, to: name, directory, before: before)
            }
        }
        return RightsPair(
            postfix: try await PostfixServer.start(mainCf: "", prepare: fill),
            martlet: try await MartletServer.start(mainCf: "", asRoot: true, prepare: fill))
    }

    private static let header = """
        From: a@far.test\r
        Date: Sat, 21 Nov 2026 12:00:00 +0000\r
        Message-ID: <1@far.test>\r
        Subject: rights\r
        \r

        """

    /// Sends a message to each, to both servers.
    func send(
        _ messages: [(from: String, to: [String])],
        body: String = "From here\r\n.\u{20}dot\r\n.\r\n\r\nFro\r\nend\r\n"
    ) async throws {
        for port in [postfix.port, martlet.port] {
            let client = try await SMTPClient.connect(port: port)
            _ = try await client.command("EHLO client.test")
            for message in messages {
                let replies = try await client.sendMail(
                    from: message.from, to: message.to, content: Self.header + body)
                #expect(replies.last?.hasPrefix("250") == true, "\(message): \(replies)")
            }
        }
    }

    typealias Outcomes = [String: Set<String>]

    /// `dsn=2.0.0, status=sent (delivered to mailbox)` by recipient, once each has one.
    func outcomes(of recipients: [String]) async -> (postfix: Outcomes, martlet: Outcomes) {
        await (
            Self.outcomes({ postfix.log }, postfix.directory.path, recipients),
            Self.outcomes({ martlet.log }, martlet.directory.path, recipients)
        )
    }

    private static func outcomes(
        _ log: @escaping @Sendable () -> String, _ directory: String, _ recipients: [String]
    ) async -> Outcomes {
        let wanted = Set(recipients.map { $0.replacing("\"", with: "") })
        func found() -> Outcomes {
            let line = #/to=<(.*?)>, .*(dsn=\d\S+, status=.*)$/#
            var found: Outcomes = [:]
            for text in log().split(separator: "\n") {
                guard let match = text.firstMatch(of: line), !text.contains("forwarded as"),
                    wanted.contains(String(match.1).replacing("\"", with: ""))
                else { continue }
                // Postfix cuts long lines, and quotes local parts where Martlet does not.
                found[String(match.1).replacing("\"", with: ""), default: []]
                    .insert(String(String(match.2).replacing(directory, with: "$DIR").prefix(1_200)))
            }
            return found
        }
        _ = await Eventually.holds(seconds: 60, every: .milliseconds(100)) { found().count == wanted.count }
        return found()
    }

    /// A text of a server without what differs by chance.
    static func plain(_ text: String, in directory: String) -> String {
        text.replacing(directory, with: "$DIR")
            // Swift takes CR LF for one character.
            .replacing("\r\n", with: "[CR]\n")
            .replacing(#/From (.+)  \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}/#) { "From \($0.output.1)" }
            .replacing(#/Received: [^\n]*\n([ \t][^\n]*\n)*/#, with: "")
    }
}
