import NIOCore
import Testing

@testable import SMTPWire

/// Bare line feeds in the content of clients for which they are mended; the results are those of Postfix 3.7.11
/// with `smtpd_forbid_bare_newline = normalize`.
@Suite struct LineFeedTests {
    /// - Returns: the content, and what is left for commands.
    private func read(_ bytes: String, pieces size: Int) -> (content: String, isRefused: Bool, rest: Int)? {
        var wire = InboundWire(mendsLineFeeds: true)
        wire.beginContent()
        var content = ByteBuffer()
        var rest = ArraySlice(Array(bytes.utf8))
        while !rest.isEmpty {
            wire.receive(ByteBuffer(bytes: rest.prefix(size)))
            rest = rest.dropFirst(size)
            while let next = wire.nextContent() {
                switch next {
                case .bytes(let bytes): content.writeImmutableBuffer(bytes)
                case .end(let hasBareLineFeed):
                    return (String(buffer: content), hasBareLineFeed, wire.waiting + rest.count)
                }
            }
        }
        return nil
    }

    @Test(arguments: [
        ("body\nmore\n.foo\n..bar\r\n.\r\n", "body\r\nmore\r\nfoo\r\n.bar\r\n"),
        ("body\n.\r\nNOOP\r\n.\r\n", "body\r\nNOOP\r\n"),
        ("body\n.\nNOOP\r\n.\r\n", "body\r\nNOOP\r\n"),
        ("body\r\n.\nNOOP\r\n.\r\n", "body\r\nNOOP\r\n"),
        ("body\n\r\n.\r\n", "body\r\n\r\n"),
        ("\n\n\r\n.\r\n", "\r\n\r\n\r\n"),
        (".\n.\r\n.\r\n", ""),
        ("a\rb\nc\r\r\n.\r\n", "a b\r\nc \r\n"),
    ])
    func lineFeedsBecomeLineEndsThatEndNoMessage(_ sent: String, _ content: String) {
        for size in 1...20 {
            let read = read(sent, pieces: size)
            #expect(read?.content == content, "pieces of \(size)")
            #expect(read?.isRefused == false)
            #expect(read?.rest == 0)
        }
    }

    @Test(arguments: ["x\n.\n", "x\n.\r\nQUIT\r\n", "x\r\n.\nQUIT\n", "x\r\n.\r", "x\n.\r"])
    func withoutItsEndAMessageGoesOn(_ sent: String) {
        for size in 1...20 { #expect(read(sent, pieces: size) == nil) }
    }

    @Test func commandsAreNotMended() {
        var wire = InboundWire(mendsLineFeeds: true)
        wire.receive(ByteBuffer(string: "NOOP\nNOOP\r\n"))
        guard case .bareLineFeed? = wire.nextLine() else {
            Issue.record("a bare line feed ended a command")
            return
        }
    }
}
