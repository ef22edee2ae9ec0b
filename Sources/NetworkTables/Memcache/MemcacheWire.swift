import NIOCore

/// The replies of memcached's text protocol to `get` with one key, and to `set`.
///
///     C: get aliases:jack@example.org
///     S: VALUE aliases:jack@example.org 0 16
///     S: john@example.org
///     S: END
///     C: set aliases:jill@example.org 0 3600 16
///     C: john@example.org
///     S: STORED
///
/// Source: memcached's doc/protocol.txt. Replies come in the order of the requests.
struct MemcacheWire: Wire {
    enum Reply: Hashable, Sendable {
        case value(key: [UInt8], data: [UInt8])
        case absent
        case stored
        /// The server's words.
        case refused([UInt8])
    }

    /// `line_size_limit`.
    var longestLine = 1024
    /// `data_size_limit`.
    var longestData = 10_240

    var window: Int { 512 }

    mutating func nextReply(_ input: inout ByteBuffer) throws(WireViolation) -> Reply? {
        var rest = input
        guard let line = try nextLine(&rest) else { return nil }
        let words = line.split(separator: 0x20)
        guard let status = words.first else { throw unexpected(line) }
        let reply: Reply
        switch String(decoding: status.prefix(16), as: UTF8.self) {
        case "END" where words.count == 1: reply = .absent
        case "STORED", "NOT_STORED", "EXISTS": reply = .stored
        case "SERVER_ERROR": reply = .refused(line)
        case "VALUE":
            guard words.count == 4 || words.count == 5,
                let length = Int(String(decoding: words[3], as: UTF8.self)),
                (0...longestData).contains(length)
            else { throw unexpected(line) }
            guard rest.readableBytes >= length + 2 else { return nil }
            let data = rest.readBytes(length: length) ?? []
            guard rest.readBytes(length: 2) == [0x0D, 0x0A] else {
                throw WireViolation("the value is not as long as the server said")
            }
            guard let end = try nextLine(&rest) else { return nil }
            guard end.elementsEqual("END".utf8) else { throw unexpected(end) }
            reply = .value(key: Array(words[1]), data: data)
        default: throw unexpected(line)
        }
        input = rest
        return reply
    }

    private func unexpected(_ line: [UInt8]) -> WireViolation {
        WireViolation("unexpected memcache server reply: \(WireViolation.shown(line, limit: 30))")
    }

    /// A line without its end; nil where it is not whole yet.
    private func nextLine(_ input: inout ByteBuffer) throws(WireViolation) -> [UInt8]? {
        let length = input.readableBytesView.firstIndex(of: UInt8(ascii: "\n")).map { $0 - input.readerIndex }
        guard (length ?? input.readableBytes) <= longestLine + 1 else {
            throw WireViolation("a line of the reply is longer than \(longestLine) bytes")
        }
        guard let length, var line = input.readBytes(length: length) else { return nil }
        input.moveReaderIndex(forwardBy: 1)
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }
}
