import Logging
import LookupTables
import MailFormat
import NIOCore
import Peers
import PostfixConfig
import Routing
import Testing

@testable import Reception

@Suite struct HeaderEditorTests {
    private let log = LogRecorder()

    private func work(
        _ values: [String: String] = [:], treatment: HeaderSettings.Treatment = .local,
        sender: String = "s@far.test"
    ) throws -> HeaderWork {
        let configuration = try Configuration(
            directory: "/nonexistent", values: TestServer.setup.merging(values) { $1 })
        let opener = TableOpener(configuration: configuration, logger: log.logger("smtpd"))
        return HeaderWork(
            settings: try HeaderSettings(configuration, opener: opener),
            router: Router(
                settings: RoutingSettings(configuration), tables: RoutingTables(configuration, opener: opener)
            ),
            treatment: treatment, sender: ReversePath(sender), id: "ID", hostname: "mx.example.test",
            date: MailDate(seconds: 0), logger: log.logger("cleanup"))
    }

    /// The message after it came in pieces, cut at these places.
    private func edited(_ message: String, _ work: HeaderWork, cuts: [Int] = []) async throws -> String {
        var editor = HeaderEditor(work)
        let bytes = Array(message.utf8)
        var output = ByteBuffer()
        var start = 0
        for end in cuts + [bytes.count] {
            var piece = try await editor.edit(ByteBuffer(bytes: bytes[start..<end]))
            output.writeBuffer(&piece)
            start = end
        }
        var rest = try await editor.finish()
        output.writeBuffer(&rest)
        return String(buffer: output)
    }

    private static let message = """
        From : john\r
        To: anna,\r
        \tjoe@example.org,\r\n (a comment)\r
         jack\r
        Bcc: hidden\r\n hidden too\r
        X-Folded: a\r\n\tb\r
        Subject: hi\r
        \r
        To: body\r
        \r\n
        """

    private static let expected = """
        From: john@mx.example.test\r
        To: anna@mx.example.test, joe@example.org,\r
        \tjack@mx.example.test (a comment)\r
        X-Folded: a\r\n\tb\r
        Subject: hi\r
        Message-Id: <19700101000000.ID@mx.example.test>\r
        Date: \(MailDate(seconds: 0))\r
        \r
        To: body\r
        \r\n
        """

    @Test func `a header is the same wherever its bytes are cut`() async throws {
        let work = try work()
        let whole = try await edited(Self.message, work)
        #expect(whole == Self.expected)
        let count = Self.message.utf8.count
        for cut in 1..<count {
            try #require(await edited(Self.message, work, cuts: [cut]) == Self.expected, "cut at \(cut)")
        }
        #expect(try await edited(Self.message, work, cuts: Array(1..<count)) == Self.expected)
    }

    @Test(arguments: [
        ("", "ADDED"), ("Subject: x\r\n", "Subject: x\r\nADDED"), ("\r\nbody\r\n", "ADDED\r\nbody\r\n"),
        ("no field\r\n", "ADDED\r\nno field\r\n"), (" folded: x\r\n\r\n", "ADDED\r\n folded: x\r\n\r\n"),
        ("Subject: x\r\nno field\r\n", "Subject: x\r\nADDED\r\nno field\r\n"),
        ("From a@b Sat Nov 21\r\nX: y\r\n\r\n", "X-Mailbox-Line: From a@b Sat Nov 21\r\nX: y\r\nADDED\r\n"),
        ("X: y\r\n\r\n", "X: y\r\nADDED\r\n"),
        ("Näme: y\r\n\r\n", "ADDED\r\nNäme: y\r\n\r\n"),
    ])
    func `the header ends where Postfix ends it, and what is missing is added there`(
        message: String, expected: String
    ) async throws {
        let work = try work()
        let added = """
            Message-Id: <19700101000000.ID@mx.example.test>\r
            Date: \(MailDate(seconds: 0))\r
            From: s@far.test\r\n
            """
        let expected = expected.replacing("ADDED", with: added)
        #expect(try await edited(message, work) == expected)
        for cut in 1..<max(message.utf8.count, 1) {
            #expect(try await edited(message, work, cuts: [cut]) == expected, "cut at \(cut)")
        }
    }

    @Test func `resent messages get resent fields, a report comes from the mailer`() async throws {
        #expect(
            try await edited("Resent-To: john\r\n\r\n", try work(sender: "")) == """
                Resent-To: john@mx.example.test\r
                Resent-Message-Id: <19700101000000.ID@mx.example.test>\r
                Resent-Date: \(MailDate(seconds: 0))\r
                Resent-From: MAILER-DAEMON\r
                \r\n
                """)
    }

    @Test func `without rewriting, fields are only added`() async throws {
        let work = try work(
            ["undisclosed_recipients_header": "To: undisclosed-recipients:;"], treatment: .adding)
        #expect(
            try await edited("From: john\r\nDate: x\r\nBcc: y\r\n\r\n", work) == """
                From: john\r\nDate: x\r\nBcc: y\r
                Message-Id: <19700101000000.ID@mx.example.test>\r
                To: undisclosed-recipients:;\r
                \r\n
                """)
    }

    @Test func `canonical tables change senders' and recipients' fields`() async throws {
        let work = try work([
            "sender_canonical_maps": "inline:{ {john@mx.example.test=john@out.test} }",
            "recipient_canonical_maps": "inline:{ {john@mx.example.test=other@out.test} }",
            "masquerade_domains": "example.org",
        ])
        let message = "From: john\r\nTo: John <john>, x@a.example.org\r\nDate: x\r\nMessage-Id: <x>\r\n\r\n"
        #expect(
            try await edited(message, work) == """
                From: john@out.test\r
                To: John <other@out.test>, x@example.org\r
                Date: x\r\nMessage-Id: <x>\r\n\r\n
                """)
    }

    @Test func `fields past the limits pass as they are, and the log says so`() async throws {
        let work = try work(["header_size_limit": "100", "header_address_token_limit": "8"])
        let long = "To: " + String(repeating: "john,\r\n ", count: 50) + "anna\r\n"
        let many = "Cc: a, b, c, d, e\r\n"
        let rest = "From: x@y.test\r\nDate: x\r\nMessage-Id: <x>\r\n\r\nbody\r\n"
        let message = long + many + rest
        for cuts in [
            [], Array(1..<message.utf8.count), [100], [101], [long.utf8.count - 1], [long.utf8.count],
        ] {
            #expect(try await edited(message, work, cuts: cuts) == message)
        }
        #expect(log.lines.contains { $0.contains("longer than header_size_limit = 100: not rewritten") })
        #expect(log.lines.contains { $0.contains("header_address_token_limit = 8") })
        // What nobody may see is not seen because it is long.
        let hidden = "Bcc: " + String(repeating: "john,\r\n ", count: 50) + "anna\r\n"
        #expect(try await edited(hidden + rest, work) == rest)
        #expect(try await edited(hidden + rest, work, cuts: Array(1..<(hidden + rest).utf8.count)) == rest)
    }

    @Test func `no more than a field is held, however it comes`() async throws {
        var editor = HeaderEditor(try work(["header_size_limit": "1000"]))
        var passed = 0
        for _ in 0..<2000 {
            passed += try await editor.edit(ByteBuffer(string: "X: " + String(repeating: "y", count: 97)))
                .readableBytes
        }
        #expect(passed >= 2000 * 100 - 1100)
    }

    @Test func `a table that cannot be asked fails the message`() async throws {
        let work = try work(["sender_canonical_maps": "fail:away"])
        await #expect(throws: RewritingFailure.self) { try await self.edited("From: john\r\n\r\n", work) }
    }
}
