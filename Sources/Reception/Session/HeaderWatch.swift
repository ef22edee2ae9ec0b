import NIOCore

/// Reads along as a message's header section passes: counts Received: fields, and takes the Message-ID.
///
/// It holds at most the beginning of one line, whatever is sent.
struct HeaderWatch {
    private(set) var receivedCount = 0
    /// The field's body without white space around it; empty where there is none.
    private(set) var messageID = ""
    private var line: [UInt8] = []
    private var isFinished = false
    /// The Message-ID field has begun, and its body may go on in the next line (RFC 5322 §2.2.3).
    private var isInMessageID = false

    private static let lineLimit = 512

    mutating func read(_ content: ByteBuffer) {
        guard !isFinished else { return }
        content.withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            while !isFinished, let end = rest.firstIndex(of: 0x0A) {
                append(rest[..<end])
                rest = rest[(end + 1)...]
                finishLine()
            }
            if !isFinished { append(rest) }
        }
    }

    private mutating func append(_ bytes: Slice<UnsafeRawBufferPointer>) {
        line += bytes.prefix(max(0, Self.lineLimit - line.count))
    }

    private mutating func finishLine() {
        if line.last == 0x0D { line.removeLast() }
        defer { line.removeAll(keepingCapacity: true) }
        guard let first = line.first else {
            isFinished = true
            return
        }
        if first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
            if isInMessageID, messageID.isEmpty { messageID = Self.trimmed(line[...]) }
            return
        }
        isInMessageID = false
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            // A line that is no field begins the body.
            isFinished = true
            return
        }
        if Self.names(line[..<colon], "received") {
            receivedCount += 1
        } else if messageID.isEmpty, Self.names(line[..<colon], "message-id") {
            isInMessageID = true
            messageID = Self.trimmed(line[(colon + 1)...])
        }
    }

    /// Whether a field's name, which white space may follow (RFC 5322 §4.5), is this one.
    ///
    /// - Parameter name: in lower case.
    private static func names(_ bytes: ArraySlice<UInt8>, _ name: StaticString) -> Bool {
        let length = name.utf8CodeUnitCount
        guard bytes.count >= length else { return false }
        var expected = name.utf8Start
        for byte in bytes.prefix(length) {
            let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            guard (isCapital ? byte | 0x20 : byte) == expected.pointee else { return false }
            expected += 1
        }
        return bytes.dropFirst(length).allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let text = bytes.drop(while: isSpace)
        let end = text.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? text.startIndex
        let printable = text[..<end].map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }
        return String(decoding: printable, as: UTF8.self)
    }
}
