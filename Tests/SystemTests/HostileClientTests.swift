import Foundation
import Peers
import Testing

/// The program against clients that mean no good: it answers, hangs up where a limit says so, and lives on.
@Suite struct HostileClientTests {
    private static let mainCf = """
        virtual_mailbox_domains = example.org
        virtual_mailbox_maps = inline:{ john@example.org=john/ }
        virtual_transport = lmtp:unix:private/sink
        smtpd_error_sleep_time = 0
        smtpd_client_connection_count_limit = 0

        """

    @Test func malformedLinesGetTheirRepliesUntilTheLimit() async throws {
        let martlet = try await MartletServer.start(mainCf: Self.mainCf)
        let client = try await SMTPClient.connect(port: martlet.port)
        _ = try await client.command("EHLO c.test")
        let expected: [(String, String)] = [
            ("FOO", "500 5.5.2 Error: command not recognized"),
            ("MAIL", "501 5.5.4 Syntax: MAIL FROM:<address>"),
            ("MAIL FROM:<a@b.test> SIZE=many", "501 5.5.4 Bad message size syntax"),
            ("MAIL FROM:<a@b..test>", "501 5.1.7 Bad sender address syntax"),
            ("RCPT TO:<john@example.org>", "503 5.5.1 Error: need MAIL command"),
            ("DATA", "503 5.5.1 Error: need RCPT command"),
            ("EHLO", "501 Syntax: EHLO hostname"),
            ("MAIL FROM:<a@b.test> FOO=bar", "555 5.5.4 Unsupported option: FOO=bar"),
        ]
        for (line, reply) in expected { #expect(try await client.command(line) == reply, "\(line)") }
        // The connection lives on: an ordinary transaction is possible.
        #expect(try await client.command("MAIL FROM:<a@b.test>") == "250 2.1.0 Ok")
        #expect(try await client.command("RCPT TO:<john@example.org>") == "250 2.1.5 Ok")
        var last = ""
        for _ in 0..<30 {
            last = try await client.command("FOO")
            if !last.hasPrefix("500 5.5.2") { break }
        }
        #expect(last == "421 4.7.0 mx.example.test Error: too many errors")
        #expect(try await client.readReply() == nil)
    }

    @Test func garbageNeverEndsTheServer() async throws {
        var generator = SeededGenerator(announcing: "hostile input")
        let martlet = try await MartletServer.start(mainCf: Self.mainCf)
        let words = [
            "EHLO x\r\n", "MAIL FROM:<a@b.test>\r\n", "RCPT TO:<john@example.org>\r\n", "DATA\r\n", ".\r\n",
            "\r\n.\r\n", "\n.\n",
            "RSET\r\n", "<\"", "@@@", "\\\"", "\u{0}", "[IPv6:::]", "%s%n", "BDAT 99999999999 LAST\r\n",
            "AUTH PLAIN x\r\n",
            "STARTTLS\r\n", "XCLIENT ADDR=1\r\n",
            "RCPT TO:<" + String(repeating: "a", count: 5_000) + ">\r\n",
        ]
        for _ in 0..<60 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...60, using: &generator) {
                if generator.chance(70) {
                    bytes += Array(generator.pick(words).utf8)
                } else {
                    bytes += (0..<Int.random(in: 1...300, using: &generator)).map { _ in
                        UInt8.random(in: 0...255, using: &generator)
                    }
                }
            }
            // What comes back does not matter here; that the server is there afterwards does.
            guard let client = try? await SMTPClient.connect(port: martlet.port) else { break }
            try? await client.sendLast(bytes)
        }
        // An endless line, and an endless message.
        for start in ["", "EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<john@example.org>\r\nDATA\r\n"] {
            let client = try await SMTPClient.connect(port: martlet.port)
            try? await client.sendLast(
                Array(start.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20))
        }
        #expect(martlet.isRunning)
        let client = try await SMTPClient.connect(port: martlet.port)
        #expect(
            try await client.pipeline(["EHLO c.test", "MAIL FROM:<a@b.test>", "RCPT TO:<john@example.org>"])[
                2] == "250 2.1.5 Ok")
        let pid = try #require(martlet.pid)
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let peak =
            status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?.split(separator: " ").compactMap {
                Int($0)
            }.first ?? 0
        #expect(peak > 0 && peak < 200_000, "\(peak) kB at most")
    }

    /// 24 MB in, out to the sink, and the server's memory stays small.
    @Test func largeMessagesNeverLieInMemoryWhole() async throws {
        let martlet = try await MartletServer.start(mainCf: Self.mainCf + "message_size_limit = 100000000\n")
        let sink = try LMTPSink(path: martlet.queueDirectory + "/private/sink")
        let client = try await SMTPClient.connect(port: martlet.port)
        let line = String(repeating: "0123456789", count: 9) + "\r\n"
        _ = try await client.command("EHLO c.test")
        let replies = try await client.sendMail(
            from: "a@b.test", to: ["john@example.org"],
            content: "Subject: large\r\n\r\n" + String(repeating: line, count: (24 << 20) / line.utf8.count))
        #expect(replies.last?.hasPrefix("250 2.0.0 Ok: queued as ") == true)
        let message = try await sink.messages(count: 1, seconds: 120)[0]
        #expect(message.content.utf8.count > 24_000_000)
        let pid = try #require(martlet.pid)
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let peak =
            status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?.split(separator: " ").compactMap {
                Int($0)
            }.first ?? 0
        #expect(peak > 0 && peak < 100_000, "\(peak) kB at most")
    }
}
