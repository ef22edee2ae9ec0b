import MailFormat
import Peers
import Testing

@testable import Reception

/// Rewriting as a client sees it, and the queue.
@Suite struct RewritingSessionTests {
    private func send(
        _ server: TestServer, from sender: String = "john@far.test",
        to recipients: [String] = ["john@example.org"],
        content: String = "Subject: x\r\n\r\nbody\r\n"
    ) async throws -> [String] {
        let client = try await server.connect()
        var replies = try await client.pipeline(
            ["EHLO c.test", "MAIL FROM:<\(sender)>"] + recipients.map { "RCPT TO:<\($0)>" } + ["DATA"])
        guard replies.last?.hasPrefix("354") == true else { return replies }
        replies += try await client.send(Array((content + ".\r\n").utf8), replies: 1)
        return replies
    }

    @Test func `a stranger's message passes byte for byte`() async throws {
        // Nobody is local: neither the loopback client nor anybody else.
        try await TestServer.run(["local_header_rewrite_clients": ""]) { server in
            let content = "From : john\r\nTo:anna,\r\n joe\r\nBcc: x\r\nno field\r\n"
            _ = try await send(server, content: content)
            #expect(server.intake.messages.first?.content.hasSuffix("\r\n" + content) == true)
        }
    }

    @Test func `a local client's message is completed, and the log has its name`() async throws {
        try await TestServer.run { server in
            _ = try await send(server, from: "john", content: "To: anna\r\nBcc: x\r\n\r\nbody\r\n")
            let message = try #require(server.intake.messages.first)
            #expect(message.content.contains("\r\nTo: anna@mx.example.test\r\nMessage-Id: <"))
            #expect(message.content.contains("\r\nFrom: john@mx.example.test\r\n\r\nbody\r\n"))
            #expect(!message.content.contains("Bcc"))
            let name = try #require(message.content.firstMatch(of: /Message-Id: (<\S+>)/)?.1)
            #expect(server.log.lines.contains { $0.hasSuffix("\(message.id): message-id=\(name)") })
        }
    }

    @Test func `sender, recipients and copies are the queue's`() async throws {
        try await TestServer.run([
            "sender_canonical_maps": "inline:{ {@far.test=@near.test} }",
            "recipient_canonical_maps": "inline:{ {old@example.org=john@example.org} }",
            "sender_bcc_maps": "inline:{ {john@near.test=jack@example.org} }",
            "recipient_bcc_maps": "inline:{ {john@example.org=both@example.org} }",
            "always_bcc": "x@example.com",
        ]) { server in
            let replies = try await send(server, to: ["old@example.org"])
            #expect(replies.last?.hasPrefix("250 2.0.0") == true)
            let envelope = try #require(server.intake.messages.first?.envelope)
            #expect(envelope.sender == .address(MailAddress("john@near.test")))
            let recipients = envelope.recipients.map {
                "\($0.address.text) \($0.original.text) \($0.isReported)"
            }
            #expect(
                recipients == [
                    "john@example.org old@example.org true", "john@example.org both@example.org false",
                    "jack@example.org both@example.org false", "jack@example.org jack@example.org false",
                    "x@example.com x@example.com false",
                ])
        }
    }

    @Test(arguments: [("yes", 2), ("no", 1)])
    func `one mailbox by two names is one recipient without enable_original_recipient`(
        setting: String, count: Int
    ) async throws {
        try await TestServer.run(["enable_original_recipient": setting]) { server in
            _ = try await send(server, to: ["john@example.org", "js@example.org", "JOHN@example.org"])
            #expect(server.intake.messages.first?.envelope.recipients.count == count)
        }
    }

    @Test(arguments: ["sender_canonical_maps", "sender_bcc_maps", "masquerade_exceptions"])
    func `a sender's table that cannot be asked defers the message at its end`(parameter: String) async throws
    {
        try await TestServer.run([parameter: "fail:away", "masquerade_domains": "far.test"]) { server in
            let replies = try await send(server, from: "john@a.far.test")
            #expect(replies.last == "451 4.3.0 Error: queue file write error")
            #expect(server.intake.messages.isEmpty)
            #expect(
                server.log.lines.contains {
                    $0.contains(parameter) && $0.contains("message not accepted, try again later")
                })
        }
    }

    @Test(arguments: ["canonical_maps", "recipient_canonical_maps", "recipient_bcc_maps"])
    func `a recipient's table that cannot be asked defers the recipient`(parameter: String) async throws {
        try await TestServer.run([parameter: "fail:away"]) { server in
            let replies = try await send(server)
            #expect(replies[2] == "451 4.3.0 <john@example.org>: Temporary lookup failure")
        }
    }

    @Test func `a list of clients that cannot be asked defers MAIL`() async throws {
        try await TestServer.run(["local_header_rewrite_clients": "check_address_map fail:away"]) { server in
            let replies = try await send(server)
            #expect(replies[1] == "451 4.3.0 Temporary lookup error")
        }
    }

    @Test func `clients are local by network and by table`() async throws {
        for clients in [
            "permit_mynetworks", "check_address_map inline:{127.0.0.1=x}", "inline:{127.0.0.1=x}",
        ] {
            try await TestServer.run([
                "local_header_rewrite_clients": clients, "mynetworks": "127.0.0.0/8",
                "inet_interfaces": "192.0.2.1",
            ]) { server in
                _ = try await send(server, content: "From: john\r\n\r\n")
                #expect(
                    server.intake.messages.first?.content.contains("From: john@mx.example.test\r\n") == true,
                    "\(clients)")
            }
        }
    }

    @Test(arguments: [
        ["local_header_rewrite_clients": "permit_everybody"],
        ["local_header_rewrite_clients": "check_address_map"],
        ["undisclosed_recipients_header": "nobody"],
    ])
    func `settings that mean nothing are named`(values: [String: String]) {
        #expect(throws: SettingsFailure.self) {
            try TestServer.service(values, MemoryIntake(), LogRecorder())
        }
    }
}
