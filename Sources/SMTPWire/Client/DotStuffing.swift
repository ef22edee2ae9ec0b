import NIOCore

/// Makes a message's content fit for the wire, a piece at a time: RFC 5321 §4.5.2.
///
/// A line that begins with a dot gets another one before it, and the end is a dot on a line of its own. Content
/// has CRLF line ends; what does not end with one gets one.
public struct DotStuffing: Sendable {
    /// The last two bytes that were sent, with an empty message standing at the start of a line.
    private var previous: (UInt8, UInt8) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))

    private static let dot = UInt8(ascii: ".")
    private static let cr = UInt8(ascii: "\r")
    private static let lf = UInt8(ascii: "\n")

    public init() {}

    private var isAtLineStart: Bool { previous == (Self.cr, Self.lf) }

    /// Writes a piece of content to `output`.
    public mutating func write(_ piece: ByteBuffer, to output: inout ByteBuffer) {
        piece.withUnsafeReadableBytes { bytes in
            guard let last = bytes.last else { return }
            if isAtLineStart, bytes.first == Self.dot { output.writeInteger(Self.dot) }
            // All but a few lines go over in one copy: only dots after a line feed interrupt it.
            var copied = 0
            var from = 0
            while let found = bytes[from...].firstIndex(of: Self.lf) {
                from = found + 1
                guard from < bytes.count, bytes[from] == Self.dot else { continue }
                output.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[copied..<from]))
                output.writeInteger(Self.dot)
                copied = from
            }
            output.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[copied...]))
            previous = (bytes.count > 1 ? bytes[bytes.count - 2] : previous.1, last)
        }
    }

    /// Writes what ends the content.
    public mutating func finish(to output: inout ByteBuffer) {
        output.writeString(isAtLineStart ? ".\r\n" : "\r\n.\r\n")
    }
}
