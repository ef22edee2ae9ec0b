import Glibc
import PostfixConfig

/// The logical lines of a table's source, one after the other as they are read: postmap(1) "INPUT FILE
/// FORMAT".
///
/// Comments and empty lines are left out; a line that begins with white space goes on with the one before.
public struct SourceLines {
    public struct Line {
        /// As C sees it: up to the first NUL.
        public let bytes: [UInt8]
        /// Where it begins, counted from 1.
        public let number: Int

        /// It starts with white space and yet continues nothing, for the source opens with it: Postfix's
        /// words for that.
        public var misplacement: String? {
            guard bytes.first?.isSpace == true else { return nil }
            let shown = PrintableText.of(bytes.prefix(30)) + (bytes.count > 30 ? "..." : "")
            return "logical line must not start with whitespace: \"\(shown)\""
        }
    }

    public enum Failure: Error, CustomStringConvertible {
        case system(String)
        case tooLong(line: Int)

        public var description: String {
            switch self {
            case .system(let text): text
            case .tooLong(let line): "line \(line) is longer than 64 megabytes"
            }
        }
    }

    /// How much of the file has been read, in bytes.
    public private(set) var position = 0

    private static let longestLine = 64 << 20
    private static let chunk = 1 << 17
    private let file: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    private var number = 0
    /// The line after the one that was handed out last.
    private var following: Line?

    /// - Parameter file: a descriptor; it stays the caller's.
    public init(file: Int32) {
        self.file = file
    }

    public mutating func next() throws(Failure) -> Line? {
        var current = following
        following = nil
        while let line = try nextPhysicalLine() {
            guard let visible = line.first(where: { !$0.isSpace }), visible != UInt8(ascii: "#") else {
                continue
            }
            if line.first?.isSpace == true, let begun = current {
                guard begun.bytes.count + line.count <= Self.longestLine else { throw .tooLong(line: number) }
                current = Line(bytes: begun.bytes + line, number: begun.number)
            } else if current != nil {
                following = Line(bytes: Array(line), number: number)
                break
            } else {
                current = Line(bytes: Array(line), number: number)
            }
        }
        return current.map { Line(bytes: OpenDatabase.text($0.bytes), number: $0.number) }
    }

    private mutating func nextPhysicalLine() throws(Failure) -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            let end = buffer.withUnsafeBytes { bytes -> Int? in
                guard let base = bytes.baseAddress, searched < bytes.count,
                    let found = memchr(base + searched, 0x0A, bytes.count - searched)
                else { return nil }
                return UnsafeRawPointer(found) - base
            }
            if let end {
                defer { start = end + 1 }
                number += 1
                return buffer[start..<end]
            }
            guard !isAtEnd else {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                number += 1
                return buffer[start...]
            }
            searched = buffer.count - start
            try fill()
        }
    }

    private mutating func fill() throws(Failure) {
        buffer.removeFirst(start)
        start = 0
        guard buffer.count <= Self.longestLine else { throw .tooLong(line: number + 1) }
        let had = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Self.chunk))
        var count = -1
        repeat {
            count = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress.map { $0 + had }, Self.chunk) }
        } while count < 0 && errno == EINTR
        let error = SystemError()
        buffer.removeLast(Self.chunk - max(0, count))
        guard count >= 0 else { throw .system(error.description) }
        position += count
        isAtEnd = count == 0
    }
}
