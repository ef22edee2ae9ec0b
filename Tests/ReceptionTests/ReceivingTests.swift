import MailFormat
import MailQueue
import Peers
import Testing

/// A message over a real socket, from the greeting to the queue.
@Suite struct ReceivingTests {
    @Test func aMessageReachesTheQueueAsItWasSent() async throws {
        try await TestServer.run(["local_header_rewrite_clients": ""]) { server in
            let client = try await server.connect()
            #expect(client.greeting == "220 mx.example.test ESMTP Postfix")
            _ = try await client.command("EHLO client.example.net")
            let content = "Message-ID: <1@x>\r\nSubject: x\r\n\r\n.dot\r\n..\r\nend\r\n"
            let replies = try await client.sendMail(
                from: "alice@example.net", to: ["js@example.org"], content: content)
            #expect(
                replies == [
                    "250 2.1.0 Ok", "250 2.1.5 Ok", "354 End data with <CR><LF>.<CR><LF>",
                    "250 2.0.0 Ok: queued as TEST000001",
                ])
            #expect(try await client.command("QUIT") == "221 2.0.0 Bye")

            let message = try #require(server.intake.messages.first)
            let lines = message.content.split(separator: "\r\n", omittingEmptySubsequences: false)
            #expect(lines[0] == "Received: from client.example.net (localhost [127.0.0.1])")
            #expect(lines[1] == "\tby mx.example.test (Postfix) with ESMTP id TEST000001")
            #expect(lines[2].hasPrefix("\tfor <js@example.org>; "))
            #expect(lines[3...].joined(separator: "\r\n") == content)
            #expect(message.envelope.sender == .address(MailAddress("alice@example.net")))
            #expect(
                message.envelope.recipients == [
                    EnvelopeRecipient(
                        address: MailAddress("john@example.org"), original: MailAddress("js@example.org"))
                ])
            #expect(message.envelope.origin.protocolName == "ESMTP")

            for line in [
                "smtpd: connect from localhost[127.0.0.1]",
                "smtpd: TEST000001: client=localhost[127.0.0.1]",
                "cleanup: TEST000001: message-id=<1@x>",
                "smtpd: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5",
            ] {
                #expect(await server.logged(line), "\(line) in \(server.log.lines)")
            }
        }
    }

    @Test func recipientsAreTheUnionOfTheExpansions() async throws {
        try await TestServer.run(["enable_original_recipient": "no"]) { server in
            let client = try await server.connect()
            _ = try await client.command("HELO c")
            _ = try await client.sendMail(
                from: "",
                to: ["both@example.org", "JOHN@example.org", "nobody@example.org", "js@example.org"],
                content: "x\r\n")
            let message = try #require(server.intake.messages.first)
            #expect(message.envelope.sender == .null)
            #expect(
                message.envelope.recipients.map(\.address.text) == ["john@example.org", "jack@example.org"])
            #expect(!message.content.contains("for <"))
            #expect(message.content.contains("with SMTP id"))
            #expect(
                await server.logged(
                    "smtpd: TEST000001: reject: RCPT from localhost[127.0.0.1]: 550 5.1.1 <nobody@example.org>: "
                        + "Recipient address rejected: User unknown in virtual mailbox table; from=<> "
                        + "to=<nobody@example.org> proto=SMTP helo=<c>"))
        }
    }

    @Test(arguments: [
        ("bob", "bob@origin.test"), ("bob@host.test.", "bob@host.test"), ("a%b.test", "a@b.test"),
        ("bob@other.test", "bob@other.test"), ("", ""),
    ])
    func theSenderIsCompleted(_ sender: String, _ completed: String) async throws {
        try await TestServer.run(["myorigin": "origin.test"]) { server in
            let client = try await server.connect()
            let replies = try await client.sendMail(from: sender, to: ["u@example.com"], content: "x\r\n")
            #expect(replies.last?.hasPrefix("250 2.0.0 Ok: queued") == true)
            #expect(server.intake.messages.first?.envelope.sender == ReversePath(completed))
        }
    }

    @Test(arguments: [("", "<>"), ("Message-ID: <a@b>\r\n\r\n", "<a@b>")])
    func theLogHasTheMessageID(_ header: String, _ logged: String) async throws {
        try await TestServer.run(["local_header_rewrite_clients": ""]) { server in
            let client = try await server.connect()
            let replies = try await client.sendMail(
                from: "a@b.test", to: ["u@example.com"], content: header + "x\r\n")
            #expect(replies.last?.hasPrefix("250") == true)
            let line = "cleanup: TEST000001: message-id=\(logged)"
            let isLogged = await server.logged(line)
            #expect(isLogged)
        }
    }

    @Test func aPipelinedChunkIsAnsweredInOrder() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            let commands =
                ["EHLO c", "MAIL FROM:<a@b.test>"]
                + (0..<60).map {
                    $0.isMultiple(of: 3) ? "RCPT TO:<no\($0)@example.org>" : "RCPT TO:<u\($0)@example.com>"
                }
                + ["NOOP", "DATA"]
            let replies = try await client.pipeline(commands)
            #expect(replies[1] == "250 2.1.0 Ok")
            // Every third is unknown, so the twentieth refusal is the last answer of all.
            for (index, reply) in replies[2..<60].enumerated() {
                #expect(
                    reply
                        == (index.isMultiple(of: 3)
                            ? "550 5.1.1 <no\(index)@example.org>: Recipient address rejected: User unknown in "
                                + "virtual mailbox table" : "250 2.1.5 Ok"))
            }
            #expect(replies[60] == "421 4.7.0 mx.example.test Error: too many errors")
            #expect(replies[61] == "<closed>")
            #expect(await server.logged("smtpd: too many errors after RCPT from localhost[127.0.0.1]"))
        }
    }

    @Test func aLargeMessageArrivesInChunks() async throws {
        try await TestServer.run(["message_size_limit": "20000000"]) { server in
            let client = try await server.connect()
            _ = try await client.command("EHLO c")
            let line = String(repeating: "x", count: 5_000) + "\r\n"
            let content = String(repeating: line, count: 2_000)
            let replies = try await client.sendMail(from: "a@b.test", to: ["u@example.com"], content: content)
            #expect(replies.last == "250 2.0.0 Ok: queued as TEST000001")
            #expect(server.intake.messages.first?.content.hasSuffix(content) == true)
            #expect(server.intake.largestAppend <= 1 << 20)
        }
    }

    @Test func aMessageOverTheSizeLimitIsRefused() async throws {
        try await TestServer.run(["message_size_limit": "1000"]) { server in
            let client = try await server.connect()
            #expect(try await client.command("EHLO c").contains("SIZE 1000"))
            #expect(
                try await client.command("MAIL FROM:<a@b.test> SIZE=1001")
                    == "552 5.3.4 Message size exceeds fixed limit")
            let replies = try await client.sendMail(
                from: "a@b.test", to: ["u@example.com"], content: String(repeating: "x\r\n", count: 400))
            #expect(replies.last == "552 5.3.4 Error: message file too big")
            #expect(server.intake.messages.isEmpty)
            #expect(try await client.command("NOOP") == "250 2.0.0 Ok")
            #expect(server.intake.discarded == 1)
        }
    }

    @Test(arguments: [(49, "250"), (50, "554 5.4.0 Error: too many hops")])
    func aLoopIsBroken(_ hops: Int, _ reply: String) async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            let content =
                String(repeating: "Received: from x\r\n\tby y\r\n", count: hops) + "\r\nReceived: no\r\n"
            let replies = try await client.sendMail(from: "a@b.test", to: ["u@example.com"], content: content)
            #expect(replies.last?.hasPrefix(reply) == true)
        }
    }

    @Test(arguments: [
        (QueueFailure.Cause.insufficientStorage, "452 4.3.1 Insufficient system storage"),
        (.storage, "451 4.3.0 Error: queue file write error"),
    ])
    func aFailingQueueIsTemporary(_ cause: QueueFailure.Cause, _ reply: String) async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            server.intake.fail(with: QueueFailure(cause, "disk on fire"))
            let replies = try await client.sendMail(from: "a@b.test", to: ["u@example.com"], content: "x\r\n")
            #expect(replies.last == reply)
            server.intake.fail(with: nil)
            let again = try await client.sendMail(from: "a@b.test", to: ["u@example.com"], content: "x\r\n")
            #expect(again.last?.hasPrefix("250") == true)
        }
    }

    @Test func halfAMessageIsDiscarded() async throws {
        try await TestServer.run { server in
            do {
                let client = try await server.connect()
                _ = try await client.pipeline(["MAIL FROM:<a@b.test>", "RCPT TO:<u@example.com>", "DATA"])
                _ = try await client.send(Array("hello\r\n".utf8), replies: 0)
            }
            #expect(
                await server.logged(
                    "smtpd: lost connection after DATA (7 bytes) from localhost[127.0.0.1]"))
            #expect(
                await server.logged(
                    "smtpd: disconnect from localhost[127.0.0.1] mail=1 rcpt=1 data=0/1 commands=2/3"),
                "\(server.log.lines)")
            #expect(server.intake.messages.isEmpty)
            #expect(server.intake.discarded == 1)
        }
    }

    @Test(arguments: [
        ("normalize", "127.0.0.1", true), ("no", "127.0.0.0/8", true), ("normalize", "192.0.2.1", false),
        ("reject", "127.0.0.1", false), (nil, "127.0.0.1", false),
    ])
    func bareLineFeedsAreMendedForWhoIsExcluded(_ rule: String?, _ excluded: String, _ isMended: Bool)
        async throws
    {
        var values = ["smtpd_forbid_bare_newline_exclusions": excluded]
        values["smtpd_forbid_bare_newline"] = rule
        try await TestServer.run(values) { server in
            let client = try await server.connect()
            _ = try await client.pipeline(["MAIL FROM:<a@b.test>", "RCPT TO:<u@example.com>", "DATA"])
            let replies = try await client.send(Array("x\n.\r\ny\n..z\r\n.\r\n".utf8), replies: 1)
            if isMended {
                #expect(replies == ["250 2.0.0 Ok: queued as TEST000001"])
                #expect(server.intake.messages.first?.content.hasSuffix("\r\nx\r\ny\r\n.z\r\n") == true)
            } else {
                #expect(replies == ["550 5.5.2 mx.example.test Error: bare <LF> received"])
                #expect(server.intake.messages.isEmpty)
            }
        }
    }

    @Test func smugglingIsRefused() async throws {
        try await TestServer.run { server in
            let client = try await server.connect()
            _ = try await client.pipeline(["MAIL FROM:<a@b.test>", "RCPT TO:<u@example.com>", "DATA"])
            let replies = try await client.send(
                Array("x\r\n.\nMAIL FROM:<b@b.test>\nRCPT TO:<u@example.com>\nDATA\ny\n.\r\n.\r\n".utf8),
                replies: 1)
            #expect(replies == ["550 5.5.2 mx.example.test Error: bare <LF> received"])
            #expect(server.intake.messages.isEmpty)
        }
    }
}
