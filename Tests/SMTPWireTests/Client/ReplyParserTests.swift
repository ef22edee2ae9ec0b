import Foundation
import MailFormat
import NIOCore
import Peers
import Testing

@testable import SMTPWire

@Suite struct ReplyParserTests {
    struct Fixture: Sendable {
        let wire: String
        let reply: SMTPReply
    }

    static let fixtures = [
        Fixture(wire: "250 Ok\r\n", reply: SMTPReply(250, nil, "Ok")),
        Fixture(wire: "250\r\n", reply: SMTPReply(250, nil, "")),
        Fixture(wire: "250 2.1.5 Ok\n", reply: SMTPReply(250, EnhancedStatusCode(.success, 1, 5), "Ok")),
        Fixture(
            wire: "550-5.1.1 no\r\n550 5.1.1 such user\r\n",
            reply: SMTPReply(550, EnhancedStatusCode(.permanentFailure, 1, 1), lines: ["no", "such user"])),
        Fixture(
            wire: "250-a\r\n250-SIZE 10\r\n250 b\r\n",
            reply: SMTPReply(250, nil, lines: ["a", "SIZE 10", "b"])),
        // A status of another class is text.
        Fixture(wire: "250 5.1.1 odd\r\n", reply: SMTPReply(250, nil, "5.1.1 odd")),
        Fixture(wire: "220 tab\there\r\n", reply: SMTPReply(220, nil, "tab?here")),
    ]

    @Test(arguments: fixtures) func `a reply is the same however it is split`(_ fixture: Fixture) throws {
        let bytes = Array(fixture.wire.utf8)
        for split in 0...bytes.count {
            var parser = ReplyParser()
            var buffer = ByteBuffer(bytes: bytes[..<split])
            var replies: [SMTPReply] = []
            while let reply = try parser.next(&buffer) { replies.append(reply) }
            buffer.writeBytes(bytes[split...])
            while let reply = try parser.next(&buffer) { replies.append(reply) }
            #expect(replies == [fixture.reply])
            #expect(buffer.readableBytes == 0)
        }
    }

    @Test(arguments: [
        "hello\r\n", "25 Ok\r\n", "250_Ok\r\n", "999 Ok\r\n", "100 Ok\r\n", "250-a\r\n550 b\r\n", "\r\n",
    ])
    func `what is no reply is told apart`(wire: String) {
        var parser = ReplyParser()
        var buffer = ByteBuffer(string: wire)
        #expect { while try parser.next(&buffer) != nil {} } throws: { error in
            if case ReplyParser.Failure.malformed? = error as? ReplyParser.Failure { true } else { false }
        }
    }

    @Test func `lines and replies have an end`() {
        var parser = ReplyParser()
        var long = ByteBuffer(repeating: 50, count: ReplyParser.longestLine + 1)
        #expect(throws: ReplyParser.Failure.lineTooLong) { try parser.next(&long) }
        var many = ByteBuffer(string: String(repeating: "250-x\r\n", count: ReplyParser.mostLines + 1))
        var other = ReplyParser()
        #expect(throws: ReplyParser.Failure.tooManyLines) { try other.next(&many) }
    }
}

@Suite struct DotStuffingTests {
    @Test(arguments: [
        ("", ".\r\n"), ("a\r\n", "a\r\n.\r\n"), ("a", "a\r\n.\r\n"), (".\r\n", "..\r\n.\r\n"),
        (".a\r\n..b\r\nc.\r\n", "..a\r\n...b\r\nc.\r\n.\r\n"), ("a\r\n.", "a\r\n..\r\n.\r\n"),
        ("a\r", "a\r\r\n.\r\n"),
    ])
    func `dots that begin a line are doubled and the end is added`(content: String, wire: String) {
        for split in 0...content.utf8.count {
            var stuffing = DotStuffing()
            var output = ByteBuffer()
            stuffing.write(ByteBuffer(bytes: content.utf8.prefix(split)), to: &output)
            stuffing.write(ByteBuffer(bytes: content.utf8.dropFirst(split)), to: &output)
            stuffing.finish(to: &output)
            #expect(String(buffer: output) == wire, "split at \(split)")
        }
    }

    @Test func `generated content comes back when the dots are taken away`() {
        var random = SeededGenerator(announcing: "dot stuffing")
        for _ in 0..<300 {
            let lines = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                String((0..<Int.random(in: 0...5, using: &random)).map { _ in random.pick(Array("..ab ")) })
            }
            let content = lines.map { "\($0)\r\n" }.joined()
            var stuffing = DotStuffing()
            var output = ByteBuffer()
            var rest = Array(content.utf8)[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...7, using: &random))
                stuffing.write(ByteBuffer(bytes: piece), to: &output)
                rest = rest.dropFirst(piece.count)
            }
            stuffing.finish(to: &output)
            var wire = String(buffer: output).components(separatedBy: "\r\n")
            #expect(wire.popLast() == "")
            #expect(wire.popLast() == ".")
            #expect(!wire.contains("."))
            #expect(wire.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 } == lines)
        }
    }
}
