import NIOCore
import Testing

@testable import NetworkTables

/// Replies as they come from the wire: whole, in pieces, several at once, and wrong.
@Suite struct WireTests {
    /// What a wire makes of a stream: its replies, then nil or the violation that ends it.
    private func replies<W: Wire>(
        _ wire: W, _ pieces: [some Sequence<UInt8>]
    ) -> (replies: [W.Reply], violation: WireViolation?) {
        var wire = wire
        var input = ByteBuffer()
        var replies: [W.Reply] = []
        for piece in pieces {
            input.writeBytes(piece)
            do throws(WireViolation) {
                while let reply = try wire.nextReply(&input) { replies.append(reply) }
            } catch {
                return (replies, error)
            }
        }
        return (replies, nil)
    }

    private func expect<W: Wire>(_ wire: W, _ text: String, _ expected: [W.Reply], violation: String? = nil)
    where W.Reply: Equatable {
        let bytes = Array(text.utf8)
        let whole = replies(wire, [bytes])
        #expect(whole.replies == expected, "\(text.prefix(60))")
        #expect(whole.violation?.description == violation, "\(text.prefix(60))")
        let length = max(1, bytes.count / 64)
        let single = replies(
            wire,
            stride(from: 0, to: bytes.count, by: length).map { bytes[$0..<min($0 + length, bytes.count)] })
        #expect(single.replies == expected, "\(text.prefix(60))")
        #expect(single.violation?.description == violation, "\(text.prefix(60))")
        for cut in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 8)) {
            let cut = replies(wire, [bytes[..<cut], bytes[cut...]])
            #expect(cut.replies == expected)
            #expect(cut.violation?.description == violation)
        }
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func tcpTable() {
        let wire = TCPTableWire()
        expect(
            wire, "200 a%20b%25c%0a\n500 no\n400 later\n",
            [.found(bytes("a b%c\n")), .absent, .failed(bytes("later"))])
        expect(wire, "200 \r\n", [.found(bytes("\r"))])
        expect(wire, "299\tx\n5550\n", [.found(bytes("x"))], violation: "malformed reply: 5550")
        for broken in ["\n", "200\n", "20 x\n", "2000 x\n", "hello\n", "200 %\n", "200 %4\n", "200 %zz\n"] {
            let shown = broken.dropLast()
            expect(wire, "500 x\n" + broken, [.absent], violation: "malformed reply: \(shown)")
        }
        expect(wire, "300 x\n", [], violation: "bad status code: 300 x")
        let long = String(repeating: "x", count: 4091)
        expect(wire, "200 \(long)\n", [.found(bytes(long))])
        expect(wire, "200 \(long)x\n", [], violation: "the reply is longer than 4096 bytes")
        expect(
            wire, String(repeating: "2", count: 10_000), [], violation: "the reply is longer than 4096 bytes")
    }

    @Test func socketmap() {
        let wire = SocketmapWire()
        expect(
            wire, "9:OK val ue,9:NOTFOUND ,8:TEMP why,8:TIMEOUT ,8:PERM bad,8:NOTFOUND,",
            [
                .found(bytes("val ue")), .absent, .failed("temporary", bytes("why")), .failed("timeout", []),
                .failed("permanent", bytes("bad")), .absent,
            ])
        expect(
            wire, "2:OK,3:OK ,004:ok x,0:,:,",
            [
                .absent, .found([]), .failed("unknown", bytes("x")), .failed("unknown", []),
                .failed("unknown", []),
            ])
        expect(wire, "5:OK abx", [], violation: "input format error")
        expect(wire, "-5:OK ab,", [], violation: "input format error")
        expect(wire, "99999999999999999999999:", [], violation: "input exceeds size limit")
        expect(wire, "00000000000000000005:OK ab,", [], violation: "input exceeds size limit")
        expect(wire, "100001:", [], violation: "input exceeds size limit")
        let long = String(repeating: "x", count: 99_997)
        #expect(replies(wire, [bytes("100000:OK \(long),")]).replies == [.found(bytes(long))])
    }

    @Test func memcache() {
        let wire = MemcacheWire()
        expect(
            wire, "END\r\nVALUE k 0 5\r\nva\r\nl\r\nEND\r\nSTORED\r\nNOT_STORED\r\nSERVER_ERROR full\r\n",
            [
                .absent, .value(key: bytes("k"), data: bytes("va\r\nl")), .stored, .stored,
                .refused(bytes("SERVER_ERROR full")),
            ])
        expect(wire, "VALUE k 0 0 77\r\n\r\nEND\r\n", [.value(key: bytes("k"), data: [])])
        for line in [
            "WHAT", "ERROR", "CLIENT_ERROR no", "VALUE k 0 -1", "VALUE k 0", "VALUE k 0 10241", "", "END x",
        ] {
            expect(
                wire, "END\r\n\(line)\r\n", [.absent], violation: "unexpected memcache server reply: \(line)")
        }
        expect(
            wire, "VALUE k 0 1\r\nxyz\r\nEND\r\n", [],
            violation: "the value is not as long as the server said")
        expect(
            wire, "VALUE k 0 1\r\nx\r\nVALUE k 0 1\r\n", [],
            violation: "unexpected memcache server reply: VALUE k 0 1")
        expect(
            wire, String(repeating: "x", count: 3000), [],
            violation: "a line of the reply is longer than 1024 bytes")
    }

    @Test func percentSignsGoThereAndBack() {
        let all = (0...255).map { UInt8($0) }
        var encoded: [UInt8] = []
        PercentEncoding.append(all, to: &encoded)
        #expect(encoded.allSatisfy { (0x21...0x7E).contains($0) })
        #expect(PercentEncoding.decode(encoded) == all)
        #expect(PercentEncoding.decode(bytes("%e4%E4")) == [0xE4, 0xE4])
    }
}
