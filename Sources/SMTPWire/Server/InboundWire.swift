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
/// (`cleanup_replace_stray_cr_lf`). For clients that are trusted so far, a line feed alone in content becomes
/// CRLF; a message never ends by one for them either.
///
/// Nothing is kept but what has been received and not yet asked for; the longest that waits for more is one
/// command line, or two bytes of content. ``ByteBuffer`` never gives back what was read of it, so what is left
/// over moves to a buffer of its own when more comes.
public struct InboundWire: Sendable {
    public enum Line: Sendable {
        /// Without its line end.
        case command(ByteBuffer)
        /// Longer than the limit. Its beginning; the rest of the line is thrown away as it comes.
        case tooLong(ByteBuffer)
        /// So much of a long line was thrown away that it will never end.
        case endless
        case bareLineFeed
    }

    public enum Content: Sendable {
        /// Part of the message, dot-stuffing removed; never empty.
        case bytes(ByteBuffer)
        /// - Parameter hasBareLineFeed: the message held one, so it must be refused and the session ended.
        case end(hasBareLineFeed: Bool)
    }

    private struct SkippedLine {
        var count: Int
        /// What came last was a CR, which may be half of the line's end.
        var endsInCarriageReturn: Bool
    }

    /// So many bytes of one command line are thrown away before its client is given up.
    private static let skipLimit = 1 << 20

    /// `line_length_limit`, the line end not counted.
    public let lineLimit: Int
    private var buffer = ByteBuffer()
    /// How much of ``buffer`` is known to hold no line feed.
    private var searched = 0
    /// The rest of a long line is thrown away.
    private var skipped: SkippedLine?
    private let mendsLineFeeds: Bool
    private var position = ContentScan.Position.afterLineEnd
    private var hasBareLineFeed = false

    /// - Parameter mendsLineFeeds: bare line feeds in content become CRLF instead of faults.
    public init(lineLimit: Int = 2048, mendsLineFeeds: Bool = false) {
        self.lineLimit = lineLimit
        self.mendsLineFeeds = mendsLineFeeds
    }

    /// How many bytes wait to be read.
    public var waiting: Int { buffer.readableBytes }

    /// How many bytes are held in memory for that, read ones with them.
    var retainedCapacity: Int { buffer.storageCapacity }

    public mutating func receive(_ bytes: ByteBuffer) {
        guard buffer.readableBytes > 0 else {
            buffer = bytes
            return
        }
        var joined = ByteBuffer()
        joined.reserveCapacity(buffer.readableBytes + bytes.readableBytes)
        joined.writeImmutableBuffer(buffer)
        joined.writeImmutableBuffer(bytes)
        buffer = joined
    }

    /// The next command line; nil until more has come.
    public mutating func nextLine() -> Line? {
        if skipped != nil, let fault = skipLine() { return fault }
        guard buffer.readableBytes > 0 else {
            release()
            return nil
        }
        let start = searched
        guard let offset = buffer.withUnsafeReadableBytes({ Self.find(0x0A, in: $0, from: start) }) else {
            searched = buffer.readableBytes
            guard buffer.readableBytes > lineLimit + 1 else { return nil }
            let beginning = beginning
            skip()
            return .tooLong(beginning)
        }
        searched = 0
        guard offset > 0, buffer.getInteger(at: buffer.readerIndex + offset - 1, as: UInt8.self) == 0x0D
        else {
            release()
            return .bareLineFeed
        }
        guard offset - 1 <= lineLimit else {
            let beginning = beginning
            buffer.moveReaderIndex(forwardBy: offset + 1)
            return .tooLong(beginning)
        }
        let line = buffer.readSlice(length: offset - 1) ?? ByteBuffer()
        buffer.moveReaderIndex(forwardBy: 2)
        return .command(line)
    }

    /// Throws away the rest of a long line; leaves off behind its end.
    ///
    /// - Returns: a fault that ends the session.
    private mutating func skipLine() -> Line? {
        guard let offset = buffer.withUnsafeReadableBytes({ Self.find(0x0A, in: $0, from: 0) }) else {
            skip()
            return skipped.map { $0.count > Self.skipLimit } == true ? .endless : nil
        }
        let previous = buffer.getInteger(at: buffer.readerIndex + offset - 1, as: UInt8.self)
        let isEnded = offset > 0 ? previous == 0x0D : skipped?.endsInCarriageReturn == true
        skipped = nil
        guard isEnded else {
            release()
            return .bareLineFeed
        }
        buffer.moveReaderIndex(forwardBy: offset + 1)
        return nil
    }

    /// Throws away what has come, which is part of one long line.
    private mutating func skip() {
        if buffer.readableBytes > 0 {
            let last = buffer.getInteger(at: buffer.writerIndex - 1, as: UInt8.self)
            skipped = SkippedLine(
                count: (skipped?.count ?? 0) + buffer.readableBytes, endsInCarriageReturn: last == 0x0D)
        }
        release()
    }

    /// Gives back the memory of what was received.
    private mutating func release() {
        buffer = ByteBuffer()
        searched = 0
    }

    /// What the log may show of a long line, as a copy.
    private var beginning: ByteBuffer {
        ByteBuffer(bytes: buffer.readableBytesView.prefix(64))
    }

    /// Content starts with the next byte, at the start of a line.
    public mutating func beginContent() {
        position = .afterLineEnd
        hasBareLineFeed = false
        searched = 0
    }

    /// The next part of the message; nil until more has come.
    public mutating func nextContent() -> Content? {
        var scan = ContentScan(at: position, mendsLineFeeds: mendsLineFeeds)
        buffer.withUnsafeReadableBytes { scan.run(over: $0) }
        position = scan.position
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
            if buffer.readableBytes == 0 { release() }
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
                switch edit.kind {
                case .removal: position = edit.offset + 1
                case .space:
                    edited.writeInteger(UInt8(ascii: " "))
                    position = edit.offset + 1
                case .insertion:
                    edited.writeInteger(UInt8(0x0D))
                    position = edit.offset
                }
            }
            edited.writeBytes(bytes[position...])
            return edited
        }
    }
}
