import Foundation
import Peers
import Testing

/// The server as an operator handles it: a new setup, signals, privileges, broken configuration.
@Suite(.serialized) struct LifecycleTests {
    private static let mailboxes = """
        virtual_mailbox_domains = example.org
        virtual_mailbox_maps = inline:{ john@example.org=john/ }
        virtual_transport = lmtp:unix:private/sink

        """

    /// `martlet init`, `serve`, a mail to the alias, `explain`, and the mail lies in John's Maildir.
    @Test func newSetupTakesMailAndExplainsIt() async throws {
        let scratch = try TemporaryDirectory("ini")
        let place = scratch.appending("run")
        let port = try LoopbackPort.unused()
        let made = try await Command.run([
            BuiltProgram.martlet, "init", place, "--listen", "127.0.0.1:\(port)", "--hostname",
            "mail.example.org",
        ])
        #expect(made.exitCode == 0, "\(made.standardError)")
        let again = try await Command.run([BuiltProgram.martlet, "init", place])
        #expect(again.exitCode == 73)
        let server = try await Blocking.run {
            let server = try ChildProcess(
                [BuiltProgram.martlet, "serve", "-c", place], outputPath: scratch.appending("out"))
            try server.waitUntil("greeting") {
                (try? SocketStream(port: port).readReply())?.hasPrefix("220") ?? false
            }
            return server
        }
        let client = try await SMTPClient.connect(port: port)
        #expect(client.greeting.hasPrefix("220 mail.example.org ESMTP"))
        _ = try await client.command("EHLO c.test")
        let replies = try await client.sendMail(
            from: "you@example.com", to: ["Jack+list@example.org", "nobody@example.org"],
            content: "Subject: hello\r\n\r\nhi\r\n")
        #expect(replies[1] == "250 2.1.5 Ok")
        #expect(replies[2].hasPrefix("550 5.1.1 <nobody@example.org>"))
        let maildir = place + "/mail/example.org/john/Maildir"
        _ = await Eventually.holds { !Maildir.messages(at: maildir).isEmpty }
        let messages = Maildir.messages(at: maildir)
        #expect(messages.count == 1, "\(server.output)")
        let text = String(decoding: messages.first ?? Data(), as: UTF8.self)
        #expect(text.hasPrefix("Return-Path: <you@example.com>\n"))
        // The client is the machine itself: what is missing of the header is added.
        #expect(text.contains("\nSubject: hello\nMessage-Id: <"))
        #expect(text.hasSuffix("\nFrom: you@example.com\n\nhi\n"))
        // From beside it, by a relative name.
        let explained = try await Command.run(
            [BuiltProgram.martlet, "explain", "-c", "run", "jack@example.org"], directory: scratch.path)
        #expect(explained.exitCode == 0, "\(explained.standardError)")
        #expect(
            explained.standardOutput.contains(
                "SELECT destination FROM virtual_aliases WHERE source = 'jack@example.org'"))
        #expect(explained.standardOutput.contains("john@example.org"))
    }

    @Test func hangupReadsTheConfigurationAgain() async throws {
        let martlet = try await MartletServer.start(mainCf: Self.mailboxes)
        let sink = try LMTPSink(path: martlet.queueDirectory + "/private/sink")
        _ = sink
        let client = try await SMTPClient.connect(port: martlet.port)
        _ = try await client.pipeline(["EHLO c.test", "MAIL FROM:<a@b.test>"])
        #expect(try await client.command("RCPT TO:<jane@example.org>").hasPrefix("550"))
        let main = martlet.configDirectory + "/main.cf"
        let text = try String(contentsOfFile: main, encoding: .utf8)
        try (text + "virtual_mailbox_maps = inline:{ jane@example.org=jane/ }\n").write(
            toFile: main, atomically: true, encoding: .utf8)
        martlet.reload()
        try await martlet.waitForLog("reload")
        let fresh = try await SMTPClient.connect(port: martlet.port)
        let replies = try await fresh.pipeline(
            [
                "EHLO c.test", "MAIL FROM:<a@b.test>", "RCPT TO:<jane@example.org>",
                "RCPT TO:<john@example.org>",
            ])
        #expect(replies[2] == "250 2.1.5 Ok")
        #expect(replies[3].hasPrefix("550"))
        // A broken configuration is named and not used.
        try "virtual_mailbox_maps inline\nmessage_size_limit = many\n".write(
            toFile: main, atomically: true, encoding: .utf8)
        martlet.reload()
        try await martlet.waitForLog("message_size_limit = many")
        let still = try await SMTPClient.connect(port: martlet.port)
        #expect(
            try await still.pipeline(["EHLO c.test", "MAIL FROM:<a@b.test>", "RCPT TO:<jane@example.org>"])[2]
                == "250 2.1.5 Ok")
    }

    @Test func terminationFinishesWhatIsInFlight() async throws {
        let martlet = try await MartletServer.start(mainCf: Self.mailboxes)
        let sink = try LMTPSink(path: martlet.queueDirectory + "/private/sink")
        let client = try await SMTPClient.connect(port: martlet.port)
        let replies = try await client.pipeline([
            "EHLO c.test", "MAIL FROM:<a@b.test>", "RCPT TO:<john@example.org>", "DATA",
        ])
        #expect(replies[3].hasPrefix("354"))
        async let code = Blocking.run { martlet.halt() }
        try await Task.sleep(for: .milliseconds(300))
        #expect(
            try await client.send(Array("Subject: x\r\n\r\nlate\r\n.\r\n".utf8), replies: 1)[0].hasPrefix(
                "250 2.0.0 Ok: queued as "))
        let ended = try await code
        #expect(ended == 0, "\(ended)\n\(martlet.log)")
        // Delivered before the end, or when the server is back.
        if sink.messages.isEmpty { try await Blocking.run { try martlet.resume() } }
        #expect(try await sink.messages(count: 1).count == 1)
    }

    @Test func rootBecomesTheMailOwner() async throws {
        let martlet = try await MartletServer.start(mainCf: Self.mailboxes)
        let pid = try #require(martlet.pid)
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let uids = try #require(status.split(separator: "\n").first { $0.hasPrefix("Uid:") }).split(
            separator: "\t"
        ).dropFirst()
        let expected = getuid() == 0 ? getpwnam("mail").pointee.pw_uid : getuid()
        #expect(uids.allSatisfy { $0 == "\(expected)" }, "\(uids)")
    }

    @Test func brokenConfigurationIsNamedWithFileAndLine() async throws {
        let scratch = try TemporaryDirectory("bad")
        try scratch.write("main.cf", "compatibility_level = 3.6\nmessage_size_limit = many\n")
        let result = try await Command.run([BuiltProgram.martlet, "serve", "-c", scratch.path])
        #expect(result.exitCode == 78)
        #expect(result.standardError.contains("\(scratch.path)/main.cf, line 2: message_size_limit = many"))
        let absent = try await Command.run([BuiltProgram.martlet, "serve", "-c", scratch.appending("none")])
        #expect(absent.exitCode == 78)
        #expect(absent.standardError.contains("\(scratch.path)/none/main.cf"))
    }
}
