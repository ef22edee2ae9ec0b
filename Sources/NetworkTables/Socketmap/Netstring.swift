import NIOCore

/// A netstring: `5:hello,` (https://cr.yp.to/proto/netstrings.txt).
package enum Netstring {
    /// Takes the next netstring's content out; nil where it is not whole yet.
    ///
    /// - Parameter limit: the longest content; a longer one is refused as soon as its length is known.
    package static func next(
        _ input: inout ByteBuffer, limit: Int
    ) throws(WireViolation) -> ByteBufferView? {
        var length = 0
        var digits = 0
        for byte in input.readableBytesView {
            if byte == UInt8(ascii: ":") { break }
            guard (0x30...0x39).contains(byte) else { throw WireViolation("input format error") }
            length = length * 10 + Int(byte - 0x30)
            digits += 1
            guard length <= limit, digits <= 10 else { throw WireViolation("input exceeds size limit") }
        }
        let start = input.readerIndex + digits + 1
        guard input.writerIndex > start + length else { return nil }
        guard input.getInteger(at: start + length, as: UInt8.self) == UInt8(ascii: ",") else {
            throw WireViolation("input format error")
        }
        let content = input.viewBytes(at: start, length: length)
        input.moveReaderIndex(to: start + length + 1)
        return content
    }

    package static func append(_ content: [some Collection<UInt8>], to output: inout [UInt8]) {
        output.append(contentsOf: "\(content.reduce(0) { $0 + $1.count }):".utf8)
        for part in content { output.append(contentsOf: part) }
        output.append(UInt8(ascii: ","))
    }
}
