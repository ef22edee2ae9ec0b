import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a client sends, cut into command lines and message content; a value, apart from any I/O.
///
/// Only CRLF ends a line, and only CRLF `.` CRLF ends a message (RFC 5321 §2.3.8, §4.1.1.4). A line feed alone
/// is a fault that ends the session: whoever sends one wants two servers to see two different messages. A
/// carriage return alone in content becomes a space, so that no server further on can take it for a line end
/// (`cleanup_replace_stray_cr_lf`).
///
/// Nothing is kept but what has been received and not yet asked for; the longest that waits for more is one
/// command line, or two bytes of content.
public struct InboundWire: Sendable {
    public enum Line: Sendable {
        /// Without its line end.
        case command(ByteBuffer)
        /// Longer than the limit. Its beginning; the rest of the line is thrown away as it comes.
        case tooLong(ByteBuffer)
        case bareLineFeed
    }

    public enum Content: Sendable {
        /// Part of the message, dot-stuffing removed; never empty.
        case bytes(ByteBuffer)
        /// - Parameter hasBareLineFeed: the message held one, so it must be refused and the session ended.
        case end(hasBareLineFeed: Bool)
    }

    /// `line_length_limit`, the line end not counted.
    public let lineLimit: Int
    private var buffer = ByteBuffer()
    /// How much of ``buffer`` is known to hold no line feed.
    private var searched = 0
    private var isSkippingLine = false
    private var isAtLineStart = true
    private var hasBareLineFeed = false

    public init(lineLimit: Int = 2048) {
        self.lineLimit = lineLimit
    }

    /// How many bytes wait to be read.
    public var waiting: Int { buffer.readableBytes }

    public mutating func receive(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// The next command line; nil until more has come.
    public mutating func nextLine() -> Line? {
        while true {
            let start = searched
            guard let offset = buffer.withUnsafeReadableBytes({ Self.find(0x0A, in: $0, from: start) }) else {
                searched = buffer.readableBytes
                if isSkippingLine {
                    // The last byte may be the CR of the line's end.
                    buffer.moveReaderIndex(forwardBy: max(0, buffer.readableBytes - 1))
                    searched = buffer.readableBytes
                } else if buffer.readableBytes > lineLimit + 1 {
                    isSkippingLine = true
                    return .tooLong(buffer.getSlice(at: buffer.readerIndex, length: 64) ?? ByteBuffer())
                }
                return nil
            }
            searched = 0
            guard offset > 0, buffer.getInteger(at: buffer.readerIndex + offset - 1, as: UInt8.self) == 0x0D
            else {
                buffer.clear()
                return .bareLineFeed
            }
            let line = buffer.readSlice(length: offset - 1) ?? ByteBuffer()
            buffer.moveReaderIndex(forwardBy: 2)
            if isSkippingLine {
                isSkippingLine = false
                continue
            }
            guard line.readableBytes <= lineLimit else {
                return .tooLong(line.getSlice(at: line.readerIndex, length: 64) ?? line)
            }
            return .command(line)
        }
    }

    /// Content starts with the next byte, at the start of a line.
    public mutating func beginContent() {
        isAtLineStart = true
        hasBareLineFeed = false
        searched = 0
    }

    /// The next part of the message; nil until more has come.
    public mutating func nextContent() -> Content? {
        var scan = ContentScan(isAtLineStart: isAtLineStart)
        buffer.withUnsafeReadableBytes { scan.run(over: $0) }
        isAtLineStart = scan.isAtLineStart
        hasBareLineFeed = hasBareLineFeed || scan.hasBareLineFeed
        guard var content = buffer.readSlice(length: scan.consumed) else { return nil }
        if content.readableBytes > 0 {
            if !scan.edits.isEmpty { content = content.applying(scan.edits) }
            if content.readableBytes > 0 { return .bytes(content) }
        }
        switch scan.stop {
        case .end:
            buffer.moveReaderIndex(forwardBy: 3)
            return .end(hasBareLineFeed: hasBareLineFeed)
        case .incomplete:
            return nil
        }
    }

    static func find(_ byte: UInt8, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count,
            let found = memchr(base + start, Int32(byte), bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }
}

extension ByteBuffer {
    /// A copy with each edit made.
    fileprivate func applying(_ edits: [ContentScan.Edit]) -> ByteBuffer {
        withUnsafeReadableBytes { bytes in
            var edited = ByteBuffer()
            edited.reserveCapacity(bytes.count)
            var position = 0
            for edit in edits {
                edited.writeBytes(bytes[position..<edit.offset])
                if edit.kind == .space { edited.writeInteger(UInt8(ascii: " ")) }
                position = edit.offset + 1
            }
            edited.writeBytes(bytes[position...])
            return edited
        }
    }
}
