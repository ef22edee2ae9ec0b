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
        let name = Self.trimmed(line[..<colon]).lowercased()
        if name == "received" {
            receivedCount += 1
        } else if name == "message-id", messageID.isEmpty {
            isInMessageID = true
            messageID = Self.trimmed(line[(colon + 1)...])
        }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let text = bytes.drop(while: isSpace)
        let end = text.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? text.startIndex
        let printable = text[..<end].map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }
        return String(decoding: printable, as: UTF8.self)
    }
}
