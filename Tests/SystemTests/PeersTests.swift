import Foundation
import Peers
import Testing

/// The judges themselves: each real server starts, answers, and is gone afterwards.
@Suite(.serialized) struct PeersTests {
    @Test func mariaDBAnswersStopsAndComesBack() async throws {
        let server = try await MariaDBServer.start()
        let name = try await server.makeDatabase()
        #expect(try await server.sql("SELECT DATABASE()", database: name) == "\(name)\n")
        try await Blocking.run {
            server.halt()
            try server.resume()
        }
        #expect(try await server.sql("SELECT 1") == "1\n")
    }

    @Test func postfixRefusesAndDelivers() async throws {
        let directory = try TemporaryDirectory("sink")
        let sink = try LMTPSink(path: directory.appending("s"))
        let server = try await PostfixServer.start(
            mainCf: """
                virtual_mailbox_domains = example.org
                virtual_mailbox_maps = inline:{ john@example.org=x }
                virtual_transport = lmtp:unix:\(sink.path)
                """)
        let client = try await SMTPClient.connect(port: server.port)
        _ = try await client.command("EHLO client.test")
        let replies = try await client.sendMail(
            from: "a@b.test", to: ["john@example.org", "nobody@example.org"],
            content: "Subject: x\r\n\r\n.hello\r\n")
        #expect(replies[1] == "250 2.1.5 Ok")
        #expect(
            replies[2]
                == "550 5.1.1 <nobody@example.org>: Recipient address rejected: User unknown in virtual mailbox table"
        )
        let message = try await sink.messages(count: 1)[0]
        #expect(message.recipients == ["john@example.org"])
        #expect(message.content.contains("\r\n..hello\r\n"))
    }

    @Test func dovecotKeepsWhatLMTPBrings() async throws {
        let server = try await DovecotServer.start()
        let result = try await Command.run(
            [
                "swaks", "--socket", server.lmtpSocket, "--protocol", "LMTP", "--from", "a@b.test", "--to",
                "john@example.org",
                "--body", "hello",
            ])
        #expect(result.exitCode == 0, "\(result.standardOutput) \(server.log)")
        #expect(try await server.messages(of: "john@example.org", count: 1).count == 1)
    }
}
