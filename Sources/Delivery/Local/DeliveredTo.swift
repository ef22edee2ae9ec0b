import MailQueue
import NIOCore
import NIOPosix

/// The Delivered-To: fields of a message: who has had it already.
enum DeliveredTo {
    /// A header that is longer is not read to its end.
    private static let headerLimit = 1 << 20

    /// The fields' values, in lower case.
    static func read(_ content: MessageContent, _ threads: NIOThreadPool) async throws -> Set<String> {
        switch content {
        case .memory(let buffer):
            return fields(in: Array(buffer.readableBytesView.prefix(headerLimit)))
        case .file(let path, let size):
            return try await threads.runIfActive {
                let pieces = FilePieces(path: path, size: min(size, headerLimit), threads: threads)
                var header: [UInt8] = []
                while let piece = try pieces.read() {
                    header.append(contentsOf: piece.readableBytesView)
                    if header.indices.contains(where: { isEmptyLine(header, at: $0) }) { break }
                }
                return fields(in: header)
            }
        }
    }

    private static func isEmptyLine(_ bytes: [UInt8], at index: Int) -> Bool {
        bytes[index] == 10 && index + 2 < bytes.count && bytes[index + 1] == 13 && bytes[index + 2] == 10
    }

    static func fields(in bytes: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 10) {
            var line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.last == 13 { line.removeLast() }
            if line.isEmpty { break }
            guard line.count > name.count, line.prefix(name.count).map(lower) == name else { continue }
            let value = line.dropFirst(name.count).drop { $0 == 32 || $0 == 9 }
            found.insert(String(decoding: value, as: UTF8.self).lowercased())
        }
        return found
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }

    private static let name = Array("delivered-to:".utf8)
}
