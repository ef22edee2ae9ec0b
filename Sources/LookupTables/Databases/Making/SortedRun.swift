import Glibc
import PostfixConfig

/// Sorted entries in a file without a name: the system takes it back when it is closed, whatever happens.
final class SortedRun {
    private let file: Int32
    private var buffer: [UInt8] = []
    private var position = 0
    private static let bufferSize = 1 << 16
    /// Rank, lengths, sequence with the mark of what replaces.
    private static let headSize = 20

    init(directory: String) throws(SystemError) {
        var template = Array("\(directory)/run.XXXXXX".utf8CString)
        file = mkstemp(&template)
        guard file >= 0 else { throw SystemError() }
        unlink(template)
    }

    deinit { close(file) }

    func append(_ entry: SortedEntry) throws(SystemError) {
        func add<Value: FixedWidthInteger>(_ value: Value) {
            withUnsafeBytes(of: value.littleEndian) { buffer += $0 }
        }
        add(entry.rank)
        add(UInt32(entry.key.count))
        add(UInt32(entry.value.count))
        add(entry.sequence << 1 | (entry.replaces ? 1 : 0))
        buffer += entry.key
        buffer += entry.value
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// From writing to reading.
    func rewind() throws(SystemError) {
        try flush()
        buffer = []
        guard lseek(file, 0, SEEK_SET) == 0 else { throw SystemError() }
    }

    func next() throws(SystemError) -> SortedEntry? {
        guard try fill(Self.headSize) else { return nil }
        let head = buffer.withUnsafeBytes { bytes in
            func number<Value: FixedWidthInteger>(_ type: Value.Type, _ offset: Int) -> Value {
                Value(littleEndian: bytes.loadUnaligned(fromByteOffset: position + offset, as: Value.self))
            }
            return (
                rank: number(UInt32.self, 0), key: Int(number(UInt32.self, 4)),
                value: Int(number(UInt32.self, 8)),
                sequence: number(UInt64.self, 12)
            )
        }
        position += Self.headSize
        guard try fill(head.key + head.value) else { throw SystemError(EIO) }
        let (start, middle) = (position, position + head.key)
        position = middle + head.value
        return SortedEntry(
            rank: head.rank, sequence: head.sequence >> 1, replaces: head.sequence & 1 == 1,
            key: Array(buffer[start..<middle])[...], value: Array(buffer[middle..<position])[...])
    }

    /// - Returns: whether so many bytes are there; false at the end.
    private func fill(_ wanted: Int) throws(SystemError) -> Bool {
        while buffer.count - position < wanted {
            buffer.removeFirst(position)
            position = 0
            let had = buffer.count
            let more = max(Self.bufferSize, wanted)
            buffer.append(contentsOf: repeatElement(0, count: more))
            let count = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress.map { $0 + had }, more) }
            let error = SystemError()
            buffer.removeLast(more - max(0, count))
            if count == 0 { return false }
            if count < 0, error.number != EINTR { throw error }
        }
        return true
    }

    private func flush() throws(SystemError) {
        try FileOutput.write(buffer, to: file)
        buffer.removeAll(keepingCapacity: true)
    }
}

/// Writing to the last byte.
enum FileOutput {
    static func write(_ bytes: [UInt8], to file: Int32) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError()
            }
            written += count
        }
    }
}
