import NIOCore

/// The replies of tcp_table(5): a line each.
///
///     C: get john%20doe@example.org
///     S: 200 jane@example.org
///     S: 500 not%20found
///     S: 400 try%20later
struct TCPTableWire: Wire {
    enum Reply: Hashable, Sendable {
        case found([UInt8])
        case absent
        /// The server could not tell; its words.
        case failed([UInt8])
    }

    /// "Replies must be no longer than 4096 characters including the newline terminator."
    static let longestReply = 4096

    var window: Int { 1 }

    mutating func nextReply(_ input: inout ByteBuffer) throws(WireViolation) -> Reply? {
        guard let end = input.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            guard input.readableBytes < Self.longestReply else { throw Self.tooLong }
            return nil
        }
        let line = input.readableBytesView[..<end]
        guard line.count < Self.longestReply else { throw Self.tooLong }
        let reply = try Self.reply(line)
        input.moveReaderIndex(forwardBy: line.count + 1)
        return reply
    }

    private static let tooLong = WireViolation("the reply is longer than \(longestReply) bytes")

    private static func reply(_ line: ByteBufferView) throws(WireViolation) -> Reply {
        let code = line.prefix(3)
        let rest = line.dropFirst(3)
        guard code.count == 3, code.allSatisfy({ (0x30...0x39).contains($0) }),
            let blank = rest.first, blank == 0x20 || (0x09...0x0D).contains(blank),
            let text = PercentEncoding.decode(rest.dropFirst())
        else { throw WireViolation("malformed reply: \(WireViolation.shown(line))") }
        switch code.first {
        case UInt8(ascii: "2"): return .found(text)
        case UInt8(ascii: "4"): return .failed(text)
        case UInt8(ascii: "5"): return .absent
        default: throw WireViolation("bad status code: \(WireViolation.shown(line))")
        }
    }
}
