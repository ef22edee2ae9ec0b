import NIOCore
import Peers
import Testing

@testable import SMTPWire

/// Whatever arrives, in whatever pieces: no crash, no unbounded memory, the same replies.
@Suite struct HostileInputTests {
    private static let fragments = [
        "EHLO x", "HELO", "MAIL FROM:<", "a@b.test", ">", "RCPT TO:", "<\"", "@[IPv6:", "DATA", "RSET",
        "QUIT", "VRFY ",
        "\r\n", "\r\n.\r\n", "\n", "\r", ".", "..", "\0", "\u{7F}", "\\", "(", ")",
        " SIZE=99999999999999999999", ":",
        "\r\nDATA\r\n", "BDAT 10 LAST", "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n", "\u{E4}",
        "<,,;;>",
    ]

    @Test func randomInputIsAnsweredTheSameHoweverItIsCut() {
        var random = SeededGenerator(announcing: "HostileInputTests")
        for _ in 0..<300 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...60, using: &random) {
                if random.chance(85) {
                    bytes += random.pick(Self.fragments).utf8
                } else {
                    bytes += (0..<Int.random(in: 1...30, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
                }
                if random.chance(40) { bytes += [13, 10] }
            }
            var whole = DialogScript()
            whole.receive(bytes)
            var pieces = DialogScript()
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...7, using: &random))
                pieces.receive(piece)
                rest = rest.dropFirst(piece.count)
            }
            #expect(pieces.replies == whole.replies, "\(bytes)")
            #expect(pieces.contents == whole.contents, "\(bytes)")
        }
    }

    @Test(arguments: ["x", "\r", "x\r"]) func aLineWithoutEndIsNotKept(_ filling: String) {
        var wire = InboundWire(lineLimit: 2048)
        let chunk = ByteBuffer(string: String(repeating: filling, count: 32_768 / filling.utf8.count))
        var tooLong = 0
        for _ in 0..<30 {
            wire.receive(chunk)
            while let line = wire.nextLine() {
                if case .tooLong = line { tooLong += 1 } else { Issue.record("\(line)") }
            }
            #expect(wire.retainedCapacity <= 2 * chunk.readableBytes)
        }
        #expect(tooLong == 1)
        wire.receive(ByteBuffer(string: "\r\nNOOP\r\n"))
        guard case .command(let line)? = wire.nextLine() else {
            Issue.record("no command after the long line")
            return
        }
        #expect(String(buffer: line) == "NOOP")
    }

    @Test func aLineThatNeverEndsEndsTheSession() {
        var script = DialogScript()
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        for _ in 0..<16 { script.receive(chunk) }
        #expect(script.replies == ["500 5.5.2 Error: command line too long"])
        script.receive(chunk)
        #expect(script.isClosed)
        #expect(script.replies.last == "421 4.5.2 mx.example.test Error: command line without end")
    }

    /// Each leaves bytes over that wait for what comes next.
    @Test(arguments: ["x\r", "\r", "x\r\n.", ".", "x\r\n.\r", "line\r\n"])
    func contentInPiecesIsNotKept(_ piece: String) {
        var wire = InboundWire()
        wire.beginContent()
        let chunk = ByteBuffer(string: String(repeating: "y", count: 4096) + piece)
        for _ in 0..<10_000 {
            wire.receive(chunk)
            while case .bytes? = wire.nextContent() {}
            #expect(wire.waiting <= 2)
            #expect(wire.retainedCapacity <= 16_384)
        }
    }

    @Test func commandsInPiecesAreNotKept() {
        var wire = InboundWire()
        let chunk = ByteBuffer(string: String(repeating: "NOOP\r\n", count: 1000) + "NO")
        wire.receive(ByteBuffer(string: "NO"))
        for _ in 0..<1000 {
            wire.receive(ByteBuffer(string: "OP\r\n"))
            wire.receive(chunk)
            while case .command? = wire.nextLine() {}
            #expect(wire.waiting == 2)
            #expect(wire.retainedCapacity <= 16_384)
        }
    }

    @Test func whatWasDealtWithIsGivenBack() {
        var wire = InboundWire()
        wire.receive(ByteBuffer(string: String(repeating: "NOOP\r\n", count: 10_000)))
        while wire.nextLine() != nil {}
        #expect(wire.retainedCapacity == 0)
    }

    @Test func contentFarPastTheLimitEndsTheSession() {
        var options = ServerOptions(hostname: "mx.example.test")
        options.messageSizeLimit = 20 << 20
        var session = ServerSession(options: options)
        session.receive(
            ByteBuffer(string: "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n"))
        let chunk = ByteBuffer(repeating: UInt8(ascii: "x"), count: 1 << 20)
        var size = 0
        while true {
            switch session.next() {
            case .needMore:
                session.receive(chunk)
            case .checkSender(let arguments): _ = session.senderChecked(arguments, nil)
            case .checkRecipients: _ = session.recipientChecked(nil)
            case .checkData: _ = session.dataChecked(nil)
            case .content(let bytes):
                size += bytes.readableBytes
                #expect(size <= 200 << 20)
                if size > 200 << 20 { return }
            case .close(let reply, let ending):
                #expect(reply.text == "552 5.3.4 Error: message file too big")
                #expect(ending == .endlessContent)
                #expect(size == 200 << 20)
                return
            case let action:
                Issue.record("\(action)")
                return
            }
        }
    }

    @Test(arguments: [2046, 2047, 2048, 2049, 2050, 4096]) func theLimitIsExact(_ length: Int) {
        for piece in [1, 7, 10_000] {
            var wire = InboundWire(lineLimit: 2048)
            var lines: [InboundWire.Line] = []
            var rest = ([UInt8](repeating: UInt8(ascii: "x"), count: length) + [13, 10])[...]
            while !rest.isEmpty {
                wire.receive(ByteBuffer(bytes: rest.prefix(piece)))
                rest = rest.dropFirst(piece)
                while let line = wire.nextLine() { lines.append(line) }
            }
            #expect(lines.count == 1)
            if case .command = lines.first { #expect(length <= 2048) } else { #expect(length > 2048) }
        }
    }

    @Test func contentWithoutLineEndsPassesThrough() {
        var wire = InboundWire()
        wire.beginContent()
        var size = 0
        for _ in 0..<200 {
            wire.receive(ByteBuffer(repeating: UInt8(ascii: "."), count: 65_536))
            while case .bytes(let bytes)? = wire.nextContent() { size += bytes.readableBytes }
            #expect(wire.waiting <= 2)
        }
        #expect(size >= 200 * 65_536 - 3)
    }

    @Test func contentThatNeedsNoChangeIsNotCopied() {
        var wire = InboundWire()
        wire.beginContent()
        let chunk = ByteBuffer(string: String(repeating: "a line of text\r\n", count: 1000))
        let address = chunk.withUnsafeReadableBytes { $0.baseAddress }
        wire.receive(chunk)
        guard case .bytes(let content)? = wire.nextContent() else {
            Issue.record("no content")
            return
        }
        #expect(content.withUnsafeReadableBytes { $0.baseAddress } == address)
        #expect(content.readableBytes == chunk.readableBytes)
    }

    @Test func thousandsOfCommandsAreAnsweredOrCutOff() {
        var options = ServerOptions(hostname: "mx.example.test")
        options.junkCommandLimit = 100_000
        var script = DialogScript(options: options)
        script.receive(String(repeating: "NOOP\r\n", count: 20_000).utf8)
        #expect(script.replies.count == 20_000)
        var junk = DialogScript()
        junk.receive(String(repeating: "NOOP\r\n", count: 20_000).utf8)
        #expect(junk.isClosed)
        #expect(junk.replies.count == 100 + 1 + 20 + 1)
    }
}
