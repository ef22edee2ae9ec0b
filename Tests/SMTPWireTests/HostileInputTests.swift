import NIOCore
import Peers
import SMTPWire
import Testing

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

    @Test func aLineWithoutEndIsNotKept() {
        var wire = InboundWire(lineLimit: 2048)
        let chunk = ByteBuffer(repeating: UInt8(ascii: "x"), count: 65_536)
        var tooLong = 0
        for _ in 0..<1000 {
            wire.receive(chunk)
            while let line = wire.nextLine() {
                if case .tooLong = line { tooLong += 1 }
            }
            #expect(wire.waiting <= 2050)
        }
        #expect(tooLong == 1)
        wire.receive(ByteBuffer(string: "\r\nNOOP\r\n"))
        guard case .command(let line)? = wire.nextLine() else {
            Issue.record("no command after the long line")
            return
        }
        #expect(String(buffer: line) == "NOOP")
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
