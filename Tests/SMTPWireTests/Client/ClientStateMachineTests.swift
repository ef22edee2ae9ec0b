import MailFormat
import Testing

@testable import SMTPWire

@Suite struct ClientStateMachineTests {
    private static func reply(_ text: String) -> SMTPReply {
        let words = text.split(separator: " ", maxSplits: 1)
        return SMTPReply(
            Int(words[0]) ?? 0, nil,
            lines: words.count > 1 ? words[1].split(separator: "|").map(String.init) : [])
    }

    private static let message = ClientTransaction(
        sender: ReversePath("a@example.org"),
        recipients: [MailAddress("b@example.org"), MailAddress("c d@example.org")],
        size: 42, isEightBit: true)

    private func ready(_ wire: ClientProtocol = .lmtp, _ extensions: String) -> ClientStateMachine {
        var machine = ClientStateMachine(wire, heloName: "mx.example.test")
        #expect(
            machine.receive(Self.reply("220 hi"))
                == .send([wire == .lmtp ? "LHLO mx.example.test" : "EHLO mx.example.test"]))
        #expect(machine.receive(Self.reply("250 server|\(extensions)")) == .ready)
        return machine
    }

    @Test func `with pipelining the envelope leaves in one write`() {
        var machine = ready(.lmtp, "PIPELINING|SIZE 1000|8BITMIME")
        #expect(
            machine.begin(Self.message)
                == .send([
                    "MAIL FROM:<a@example.org> SIZE=42 BODY=8BITMIME", "RCPT TO:<b@example.org>",
                    "RCPT TO:<\"c d\"@example.org>", "DATA",
                ]))
        for _ in 0..<3 { #expect(machine.receive(Self.reply("250 ok")) == .wait) }
        #expect(machine.receive(Self.reply("354 go")) == .sendContent)
        #expect(machine.stage == .dataEnd)
        #expect(machine.receive(Self.reply("250 one")) == .wait)
        let results = ["250 one", "452 two"].map {
            ClientResult(reply: Self.reply($0), command: "end of DATA")
        }
        #expect(machine.receive(Self.reply("452 two")) == .finished(results))
        #expect(machine.isIdle)
        #expect(machine.begin(Self.message) != .wait)
    }

    @Test func `without pipelining each command waits for the answer before it`() {
        var machine = ready(.lmtp, "8BITMIME")
        #expect(machine.begin(Self.message) == .send(["MAIL FROM:<a@example.org> BODY=8BITMIME"]))
        #expect(machine.receive(Self.reply("250 ok")) == .send(["RCPT TO:<b@example.org>"]))
        #expect(machine.receive(Self.reply("550 no")) == .send(["RCPT TO:<\"c d\"@example.org>"]))
        #expect(machine.receive(Self.reply("250 ok")) == .send(["DATA"]))
        #expect(machine.receive(Self.reply("354 go")) == .sendContent)
        #expect(
            machine.receive(Self.reply("250 saved"))
                == .finished([
                    ClientResult(reply: Self.reply("550 no"), command: "RCPT TO"),
                    ClientResult(reply: Self.reply("250 saved"), command: "end of DATA"),
                ]))
    }

    @Test func `where nobody is accepted the transaction is reset before the next`() {
        for offered in ["PIPELINING", "XNONE"] {
            var machine = ready(.lmtp, offered)
            _ = machine.begin(Self.message)
            _ = machine.receive(Self.reply("250 ok"))
            _ = machine.receive(Self.reply("550 no"))
            var action = machine.receive(Self.reply("550 no"))
            if offered == "PIPELINING" { action = machine.receive(Self.reply("503 none")) }
            let refused = ClientResult(reply: Self.reply("550 no"), command: "RCPT TO")
            #expect(action == .finished([refused, refused]))
            guard case .send(let lines) = machine.begin(Self.message) else {
                Issue.record("nothing sent")
                return
            }
            #expect(lines.first == "RSET")
        }
    }

    @Test func `a server that wants content although it took nobody gets none`() {
        var machine = ready(.lmtp, "PIPELINING")
        _ = machine.begin(Self.message)
        _ = machine.receive(Self.reply("250 ok"))
        _ = machine.receive(Self.reply("550 no"))
        _ = machine.receive(Self.reply("550 no"))
        #expect(machine.receive(Self.reply("354 go")) == .sendEmptyContent)
        let refused = ClientResult(reply: Self.reply("550 no"), command: "RCPT TO")
        #expect(machine.receive(Self.reply("554 none")) == .finished([refused, refused]))
    }

    @Test func `SMTP answers once for all and falls back to HELO`() {
        var machine = ClientStateMachine(.smtp, heloName: "mx.example.test")
        _ = machine.receive(Self.reply("220 hi"))
        #expect(machine.receive(Self.reply("502 what")) == .send(["HELO mx.example.test"]))
        #expect(machine.receive(Self.reply("250 hello")) == .ready)
        #expect(machine.begin(Self.message) == .send(["MAIL FROM:<a@example.org>"]))
        for _ in 0..<3 { _ = machine.receive(Self.reply("250 ok")) }
        #expect(machine.receive(Self.reply("354 go")) == .sendContent)
        let taken = ClientResult(reply: Self.reply("250 ok"), command: "end of DATA")
        #expect(machine.receive(Self.reply("250 ok")) == .finished([taken, taken]))
    }

    @Test func `what is known when the connection breaks is kept`() {
        var machine = ready(.lmtp, "PIPELINING")
        _ = machine.begin(Self.message)
        for _ in 0..<3 { _ = machine.receive(Self.reply("250 ok")) }
        _ = machine.receive(Self.reply("354 go"))
        _ = machine.receive(Self.reply("250 first"))
        #expect(
            machine.partialResults == [
                ClientResult(reply: Self.reply("250 first"), command: "end of DATA"), nil,
            ])
    }

    @Test func `an answer to nothing, and an answer that asks for more, are out of step`() {
        var idle = ready(.lmtp, "PIPELINING")
        #expect(idle.receive(Self.reply("250 what")) == .outOfStep(Self.reply("250 what")))
        #expect(idle.receive(Self.reply("421 bye")) == .refused(Self.reply("421 bye"), .idle))
        var asked = ready(.lmtp, "PIPELINING")
        _ = asked.begin(Self.message)
        #expect(asked.receive(Self.reply("354 go")) == .outOfStep(Self.reply("354 go")))
    }

    @Test(arguments: ["\r\nRCPT TO:<evil@example.org>", "\n", "\r", "\0", "\t", "\u{1F}", "\u{7F}"])
    func `an address with control characters never goes onto the wire`(evil: String) {
        for address in [
            MailAddress(localPart: "a\(evil)b", domain: "example.org"),
            MailAddress(localPart: "a", domain: "example.org\(evil)"),
        ] {
            var message = Self.message
            message.recipients.insert(address, at: 1)
            var machine = ready(.lmtp, "PIPELINING")
            #expect(
                machine.begin(message)
                    == .send([
                        "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>",
                        "RCPT TO:<\"c d\"@example.org>", "DATA",
                    ]))
            for _ in 0..<3 { _ = machine.receive(Self.reply("250 ok")) }
            #expect(machine.receive(Self.reply("354 go")) == .sendContent)
            _ = machine.receive(Self.reply("250 one"))
            guard case .finished(let results) = machine.receive(Self.reply("250 two")) else {
                Issue.record("not finished")
                return
            }
            #expect(results.map(\.reply.code) == [250, 553, 250])
            #expect(results[1].reply.status == EnhancedStatusCode(.permanentFailure, 1, 3))

            message.recipients = [address]
            #expect(machine.begin(message) == .finished([.badRecipient]))
            #expect(machine.isIdle)
            message = Self.message
            message.sender = .address(address)
            #expect(machine.begin(message) == .finished([.badSender, .badSender]))
            #expect(machine.begin(Self.message) != .wait)
        }
    }
}
