import MailFormat
import NIOCore

/// Finds the fields of a header section in what has come of a message so far.
///
/// It holds nothing itself; whoever asks keeps what is not yet a whole field, at most `header_size_limit` bytes of it.
struct HeaderScanner {
    enum Piece: Equatable {
        /// A whole field of so many bytes, with its line end.
        case field(Int)
        /// Part of a field that is longer than the limit: its beginning, or what follows.
        case longField(Int, isBeginning: Bool)
        /// The empty line: the body begins behind it.
        case separator
        /// A line that is no field: the body begins with it.
        case body
        /// More has to come.
        case incomplete
    }

    let sizeLimit: Int
    /// How much of the waiting bytes is known to hold no end of a field.
    private var searched = 0
    private var isInLongField = false

    init(sizeLimit: Int) {
        self.sizeLimit = sizeLimit
    }

    /// - Parameters:
    ///   - bytes: from the start of a field on, or from where a long field was left.
    ///   - isEnd: nothing more will come.
    mutating func next(_ bytes: ByteBufferView, isEnd: Bool) -> Piece {
        guard let first = bytes.first else { return .incomplete }
        if isInLongField { return longField(bytes, isBeginning: false, isEnd: isEnd) }
        if searched == 0 {
            if first == 0x0D {
                guard bytes.count > 1 || isEnd else { return .incomplete }
                return bytes.count > 1 && bytes[bytes.startIndex + 1] == 0x0A ? .separator : .body
            }
            if first == 0x20 || first == 0x09 { return .body }
        }
        guard let end = fieldEnd(bytes, isEnd: isEnd) else {
            guard bytes.count > sizeLimit else { return .incomplete }
            guard HeaderField.name(in: bytes) != nil else { return .body }
            isInLongField = true
            return longField(bytes, isBeginning: true, isEnd: isEnd)
        }
        searched = 0
        guard HeaderField.name(in: bytes[bytes.startIndex..<bytes.startIndex + end]) != nil else {
            return .body
        }
        return end > sizeLimit ? .longField(end, isBeginning: true) : .field(end)
    }

    private mutating func longField(_ bytes: ByteBufferView, isBeginning: Bool, isEnd: Bool) -> Piece {
        if let end = fieldEnd(bytes, isEnd: isEnd) {
            searched = 0
            isInLongField = false
            return .longField(end, isBeginning: isBeginning)
        }
        // A line end that came last may be the field's end.
        let passed = bytes.last == 0x0A ? bytes.count - 1 : bytes.count
        searched = 0
        return passed == 0 ? .incomplete : .longField(passed, isBeginning: isBeginning)
    }

    /// The length up to a line end that no white space follows (RFC 5322 §2.2.3).
    private mutating func fieldEnd(_ bytes: ByteBufferView, isEnd: Bool) -> Int? {
        var start = bytes.startIndex + searched
        while start < bytes.endIndex, let lineFeed = bytes[start...].firstIndex(of: 0x0A) {
            let next = lineFeed + 1
            guard next < bytes.endIndex else {
                if isEnd { return next - bytes.startIndex }
                searched = lineFeed - bytes.startIndex
                return nil
            }
            if bytes[next] != 0x20, bytes[next] != 0x09 { return next - bytes.startIndex }
            start = next
        }
        searched = bytes.count
        return isEnd ? bytes.count : nil
    }
}
