import NIOCore
import SMTPWire
import Testing

/// Dialogs as the wire shows them; each is played whole, and byte by byte, and must read the same.
@Suite struct GoldenDialogTests {
    struct Dialog: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// `C: ` lines go out with CRLF; `S: ` lines are what comes back.
        var script: String
        var contents: [String] = []
        var options = ServerOptions(hostname: "mx.example.test")

        var sent: [UInt8] {
            lines("C:").flatMap { line in
                Array(line.replacing("\\r", with: "\r").replacing("\\n", with: "\n").utf8) + [13, 10]
            }
        }
        var expected: [String] { lines("S:") }

        private func lines(_ prefix: String) -> [String] {
            script.split(separator: "\n").filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(3)) }
        }
    }

    static let dialogs: [Dialog] = [
        Dialog(
            testDescription: "a message",
            script: """
                C: EHLO client.example.net
                S: 250-mx.example.test
                S: 250-PIPELINING
                S: 250-SIZE 10240000
                S: 250-VRFY
                S: 250-ENHANCEDSTATUSCODES
                S: 250 8BITMIME
                C: MAIL FROM:<alice@example.net> SIZE=100 BODY=8BITMIME
                S: 250 2.1.0 Ok
                C: RCPT TO:<john@example.org>
                S: 250 2.1.5 Ok
                C: DATA
                S: 354 End data with <CR><LF>.<CR><LF>
                C: Subject: x
                C:\u{20}
                C: ..
                C: ..two
                C: .one
                C: a.
                C: .
                S: 250 2.0.0 Ok: queued as X
                C: QUIT
                S: 221 2.0.0 Bye
                """,
            contents: ["Subject: x\r\n\r\n.\r\n.two\r\none\r\na.\r\n"]),
        Dialog(
            testDescription: "commands out of turn",
            script: """
                C: RCPT TO:<john@example.org>
                S: 503 5.5.1 Error: need MAIL command
                C: DATA
                S: 503 5.5.1 Error: need RCPT command
                C: MAIL FROM:<>
                S: 250 2.1.0 Ok
                C: MAIL FROM:<>
                S: 503 5.5.1 Error: nested MAIL command
                C: DATA
                S: 554 5.5.1 Error: no valid recipients
                C: RCPT TO:<x@unknown.test>
                S: 550 5.1.1 <x@unknown.test>: unknown
                C: DATA
                S: 554 5.5.1 Error: no valid recipients
                C: RSET
                S: 250 2.0.0 Ok
                C: RCPT TO:<john@example.org>
                S: 503 5.5.1 Error: need MAIL command
                """),
        Dialog(
            testDescription: "only CRLF.CRLF ends a message",
            script: """
                C: HELO c
                S: 250 mx.example.test
                C: MAIL FROM:<a@b.test>
                S: 250 2.1.0 Ok
                C: RCPT TO:<john@example.org>
                S: 250 2.1.5 Ok
                C: DATA
                S: 354 End data with <CR><LF>.<CR><LF>
                C: one\\n.\\nMAIL FROM:<smuggled@b.test>\\r.\\rtwo\\n.
                C: three
                C: .
                S: 550 5.5.2 mx.example.test Error: bare <LF> received
                C: NOOP
                S: 250 2.0.0 Ok
                """,
            contents: ["one\n.\nMAIL FROM:<smuggled@b.test> . two\n.\r\nthree\r\n"]),
        Dialog(
            testDescription: "a bare carriage return in content becomes a space",
            script: """
                C: MAIL FROM:<a@b.test>
                S: 250 2.1.0 Ok
                C: RCPT TO:<john@example.org>
                S: 250 2.1.5 Ok
                C: DATA
                S: 354 End data with <CR><LF>.<CR><LF>
                C: a\\rb\\r
                C: \\r.\\r
                C: .\\rx
                C: .
                S: 250 2.0.0 Ok: queued as X
                """,
            contents: ["a b \r\n . \r\n x\r\n"]),
        Dialog(
            testDescription: "a bare line feed in a command ends the session",
            script: """
                C: NOOP
                S: 250 2.0.0 Ok
                C: NOOP\\nNOOP
                S: 550 5.5.2 mx.example.test Error: bare <LF> received
                """),
        Dialog(
            testDescription: "somebody else's protocol",
            script: """
                C: GET / HTTP/1.0
                S: 221 2.7.0 Error: I can break rules, too. Goodbye.
                C: Host: x
                """),
        Dialog(
            testDescription: "syntax",
            script: """
                C: HELO
                S: 501 Syntax: HELO hostname
                C: EHLO
                S: 501 Syntax: EHLO hostname
                C: MAIL
                S: 501 5.5.4 Syntax: MAIL FROM:<address>
                C: MAIL FROM:<a b@c.test>
                S: 501 5.1.7 Bad sender address syntax
                C: MAIL FROM:<a@c.test> SIZE=x
                S: 501 5.5.4 Bad message size syntax
                C: MAIL FROM:<a@c.test> SIZE=99999999
                S: 552 5.3.4 Message size exceeds fixed limit
                C: MAIL FROM:<a@c.test> FOO=bar
                S: 555 5.5.4 Unsupported option: FOO=bar
                C: RSET x
                S: 501 5.5.4 Syntax: RSET
                C: STARTTLS
                S: 502 5.5.1 Error: command not implemented
                """),
        Dialog(
            testDescription: "the error limit ends the session",
            script: """
                C: FOO
                S: 500 5.5.2 Error: command not recognized
                C:\u{20}
                S: 500 5.5.2 Error: bad syntax
                S: 421 4.7.0 mx.example.test Error: too many errors
                C: NOOP
                """, options: strict(hardErrorLimit: 2)),
        Dialog(
            testDescription: "the recipient limit",
            script: """
                C: MAIL FROM:<a@b.test>
                S: 250 2.1.0 Ok
                C: RCPT TO:<a@example.org>
                S: 250 2.1.5 Ok
                C: RCPT TO:<b@example.org>
                S: 250 2.1.5 Ok
                C: RCPT TO:<c@example.org>
                S: 452 4.5.3 Error: too many recipients
                """, options: strict(recipientLimit: 2)),
    ]

    static func strict(hardErrorLimit: Int = 20, recipientLimit: Int = 1000) -> ServerOptions {
        var options = ServerOptions(hostname: "mx.example.test")
        options.hardErrorLimit = hardErrorLimit
        options.recipientLimit = recipientLimit
        return options
    }

    @Test(arguments: dialogs) func isTheSameWholeAndByteByByte(_ dialog: Dialog) {
        var whole = DialogScript(options: dialog.options)
        whole.receive(dialog.sent)
        #expect(whole.replies == dialog.expected)
        if !dialog.contents.isEmpty { #expect(whole.contents == dialog.contents) }

        var bytewise = DialogScript(options: dialog.options)
        for byte in dialog.sent { bytewise.receive([byte]) }
        #expect(bytewise.replies == whole.replies)
        #expect(bytewise.contents == whole.contents)
        #expect(bytewise.session.tally.description == whole.session.tally.description)

        for split in 1..<dialog.sent.count {
            var halves = DialogScript(options: dialog.options)
            halves.receive(dialog.sent[..<split])
            halves.receive(dialog.sent[split...])
            #expect(halves.replies == whole.replies, "split at \(split)")
            #expect(halves.contents == whole.contents, "split at \(split)")
        }
    }

    @Test func recipientsOfOneChunkAreAskedTogether() {
        var script = DialogScript()
        script.receive("MAIL FROM:<a@b.test>\r\n".utf8)
        script.receive((1...50).map { "RCPT TO:<u\($0)@example.org>\r\n" }.joined().utf8)
        #expect(script.largestBatch == 50)
        #expect(script.session.acceptedRecipients == 50)
    }

    @Test func repliesAreDelayedAfterTheSoftLimitUntilAMessageIsDelivered() {
        var options = ServerOptions(hostname: "mx.example.test")
        options.softErrorLimit = 2
        var script = DialogScript(options: options)
        script.receive("FOO\r\n".utf8)
        #expect(!script.session.isReplyDelayed)
        script.receive("FOO\r\n".utf8)
        #expect(script.session.isReplyDelayed)
        script.receive("MAIL FROM:<>\r\nRCPT TO:<a@b.test>\r\nDATA\r\n.\r\n".utf8)
        #expect(!script.session.isReplyDelayed)
    }

    @Test func commandsAreCounted() {
        var script = DialogScript()
        script.receive(
            "EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<x@unknown.test>\r\nRCPT TO:<y@b.test>\r\nFOO\r\n".utf8
        )
        #expect(script.session.tally.description == "ehlo=1 mail=1 rcpt=1/2 unknown=0/1 commands=3/5")
    }
}
