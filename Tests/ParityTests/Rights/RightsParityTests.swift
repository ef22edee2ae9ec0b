import Foundation
import Peers
import Testing

/// Deliveries with the rights of others, by a real Postfix and by Martlet, both started by root: the same files, of the
/// same owners, with the same modes and bytes.
@Suite(.serialized) struct RightsParityTests {
    /// A file or directory without what differs by chance.
    private struct Entry: Hashable, CustomStringConvertible {
        let path: String
        let rights: String
        let text: String

        init(_ file: RootFile, in directory: String) {
            // A message's name in a Maildir.
            path = file.path.replacing(#/(new|cur)/[^/]+$/#) { "\($0.output.1)/MESSAGE" }
            rights = "\(file.type) \(file.owner):\(file.group) \(file.mode)"
            text = file.text.replacing(directory, with: "$DIR")
                .replacing(#/(?m)^From (\S+)  .*$/#) { "From \($0.output.1)" }
                .replacing(#/Received: [^\n]*\n([ \t][^\n]*\n)*/#, with: "")
        }

        var description: String { "\(path): \(rights)\n\(text)" }
    }

    private static let content = """
        From: a@far.test\r
        Date: Sat, 21 Nov 2026 12:00:00 +0000\r
        Message-ID: <1@far.test>\r
        Subject: rights\r
        \r
        From here\r
        .\u{20}dot\r
        \r
        end\r

        """

    private static func send(port: Int) async throws {
        let client = try await SMTPClient.connect(port: port)
        _ = try await client.command("EHLO client.test")
        for recipient in RightsSetup.recipients {
            let replies = try await client.sendMail(from: "s@far.test", to: [recipient], content: content)
            #expect(replies.last?.hasPrefix("250") == true, "\(recipient): \(replies)")
        }
    }

    /// `status=sent (delivered to mailbox)` by recipient, once each has one.
    private static func outcomes(_ log: @escaping @Sendable () -> String, _ directory: String) async -> [String: Set<String>] {
        @Sendable func found() -> [String: Set<String>] {
            let line = #/to=<([^>]*)>,.* (dsn=\S+, status=.*)$/#
            var found: [String: Set<String>] = [:]
            for text in log().split(separator: "\n") {
                guard let match = text.firstMatch(of: line), !text.contains("forwarded as") else { continue }
                found[String(match.1), default: []]
                    .insert(String(match.2).replacing(directory, with: "$DIR"))
            }
            return found
        }
        _ = await Eventually.holds(seconds: 60) { found().count >= Set(RightsSetup.recipients).count }
        return found()
    }

    @Test func `what is written has the owner, mode and bytes that Postfix gives it`() async throws {
        let postfix = try await PostfixServer.start(
            mainCf: "", prepare: { directory in
                try RightsSetup.prepare(directory)
                let path = directory.path
                let main = PostfixServer.privateLines(directory: path)
                    .split(separator: "\n").filter { !$0.hasPrefix("mydestination") && !$0.hasPrefix("alias_maps") }
                    .joined(separator: "\n")
                try directory.write("etc/main.cf", "\(main)\n\(RightsSetup.filled(RightsSetup.mainCf, path))\n")
                let master = try String(contentsOfFile: directory.appending("etc/master.cf"), encoding: .utf8)
                try directory.write(
                    "etc/master.cf", "\(master)\(RightsSetup.filled(RightsSetup.masterCf, path))\n")
            })
        let martlet = try await MartletServer.start(
            mainCf: "", asRoot: true,
            prepare: { directory in
                try RightsSetup.prepare(directory)
                for (name, text) in [("main.cf", RightsSetup.mainCf), ("master.cf", RightsSetup.masterCf)] {
                    let file = directory.appending("etc/\(name)")
                    let before = try String(contentsOfFile: file, encoding: .utf8)
                    try directory.write("etc/\(name)", "\(before)\n\(RightsSetup.filled(text, directory.path))\n")
                }
            })
        for port in [postfix.port, martlet.port] { try await Self.send(port: port) }
        let expected = await Self.outcomes({ postfix.log }, postfix.directory.path)
        let found = await Self.outcomes({ martlet.log }, martlet.directory.path)
        for (recipient, outcomes) in expected.sorted(by: { $0.key < $1.key }) {
            // What cannot be written waits here, and goes back there: Documentation/compatibility.md.
            guard outcomes.allSatisfy({ $0.contains("status=sent") }) else {
                #expect(found[recipient]?.contains { $0.contains("status=sent") } == false, "\(recipient)")
                continue
            }
            // Of what a .forward file leads to, Postfix logs every part, and Martlet one line for the whole.
            #expect(found[recipient]?.isSubset(of: outcomes) == true, "\(recipient): \(outcomes)")
        }
        for tree in ["mail", "home", "vmail", "open", "files"] {
            let theirs = try Root.tree(postfix.directory.appending(tree))
                .map { Entry($0, in: postfix.directory.path) }
            let ours = try Root.tree(martlet.directory.appending(tree))
                .map { Entry($0, in: martlet.directory.path) }
            #expect(theirs.count > 0)
            for entry in Set(theirs).symmetricDifference(ours) {
                Issue.record("\(theirs.contains(entry) ? "only Postfix" : "only Martlet") has \(tree)/\(entry)")
            }
        }
    }
}
