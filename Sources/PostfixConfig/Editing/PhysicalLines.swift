/// A file's lines for editing: what is not changed stays byte for byte.
struct PhysicalLines: Sequence {
    enum Role {
        /// Empty, or a comment: no part of any entry.
        case neither
        case start
        case continuation
    }

    private let lines: [ArraySlice<UInt8>]

    /// Lines keep their line ends; a last line that has none gets one, so that what follows starts a new line.
    init(_ file: [UInt8]) {
        var lines: [ArraySlice<UInt8>] = []
        var rest = file[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: .lineFeed).map { $0 + 1 } ?? rest.endIndex
            lines.append(rest[..<end])
            rest = rest[end...]
        }
        if let last = lines.last, last.last != .lineFeed { lines[lines.count - 1] = last + [.lineFeed] }
        self.lines = lines
    }

    func makeIterator() -> IndexingIterator<[(role: Role, line: ArraySlice<UInt8>)]> {
        lines.map { (Self.role(of: $0), $0) }.makeIterator()
    }

    private static func role(of line: ArraySlice<UInt8>) -> Role {
        guard let visible = line.first(where: { !$0.isSpace }), visible != UInt8(ascii: "#") else {
            return .neither
        }
        return line.first?.isSpace == true ? .continuation : .start
    }
}

extension UInt8 {
    static let lineFeed = UInt8(ascii: "\n")
}
