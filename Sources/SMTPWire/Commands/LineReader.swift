/// Takes a command line apart, front to back, without copying it.
///
/// Words are separated by spaces and tabs. In an address word, what stands in quotes or in angle brackets
/// belongs together, whatever is inside.
struct LineReader {
    typealias Word = Slice<UnsafeRawBufferPointer>

    private let bytes: UnsafeRawBufferPointer
    private var position: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        position = 0
    }

    var isUTF8: Bool {
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }

    /// The next word, up to white space; nil at the end of the line.
    mutating func nextWord() -> Word? {
        skipSpace()
        let start = position
        while position < bytes.count, !Self.isSpace(bytes[position]) { position += 1 }
        return start == position ? nil : Word(base: bytes, bounds: start..<position)
    }

    /// Goes past a keyword and its colon, `FROM:`; false, and no step, where something else stands there.
    mutating func skip(keyword: StaticString) -> Bool {
        skipSpace()
        let length = keyword.utf8CodeUnitCount
        guard bytes.count - position > length, bytes[position + length] == UInt8(ascii: ":") else {
            return false
        }
        for offset in 0..<length where bytes[position + offset] & 0xDF != keyword.utf8Start[offset] {
            return false
        }
        position += length + 1
        return true
    }

    /// The next word, where quotes and angle brackets hold white space together; nil at the end of the line.
    ///
    /// A quote or bracket that is never closed reaches to the end of the line and makes the word unusable:
    /// `isClosed` is false.
    mutating func nextAddressWord() -> (word: Word, isClosed: Bool)? {
        skipSpace()
        let start = position
        var depth = 0
        var isQuoted = false
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\\") {
                position = min(position + 2, bytes.count)
                continue
            }
            if isQuoted {
                if byte == UInt8(ascii: "\"") { isQuoted = false }
            } else if byte == UInt8(ascii: "\"") {
                isQuoted = true
            } else if byte == UInt8(ascii: "<") {
                depth += 1
            } else if byte == UInt8(ascii: ">") {
                depth = max(0, depth - 1)
            } else if depth == 0, Self.isSpace(byte) {
                break
            }
            position += 1
        }
        guard start < position else { return nil }
        return (Word(base: bytes, bounds: start..<position), depth == 0 && !isQuoted)
    }

    /// What is left, its words joined with single spaces; nil where nothing is.
    mutating func rest() -> String? {
        var text: String?
        while let word = nextWord() {
            if text == nil { text = Self.printable(word) } else { text?.append(" \(Self.printable(word))") }
        }
        return text
    }

    /// The name in HELO: what could break out of a reply, a header field or the log becomes `?`.
    mutating func name() -> String? {
        rest().map { text in
            String(
                decoding: text.utf8.map { " <>()\\\";@".utf8.contains($0) ? UInt8(ascii: "?") : $0 },
                as: UTF8.self)
        }
    }

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (9...13).contains(byte)
    }

    /// Text that is safe in a reply and in the log: control characters become `?`.
    static func printable(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }

    static func uppercased(_ word: some Sequence<UInt8>) -> String {
        printable(word).uppercased()
    }
}
