/// The rows of a ``SharedQuestion`` as they come in, and whose they are.
///
/// It decides only what is certain. A value with one row has that row, one without a row has none. Of several rows
/// the order may be another than a statement alone would give, and a row that cannot be told to be a certain
/// value's could be anybody's: such questions have no reply here, and are asked alone.
package struct SharedAnswer {
    private let question: SharedQuestion
    /// For each value where its row begins in `columns`; nil where it has none so far.
    private var firstColumns: [Int?]
    private var isUnclear: [Bool]
    private var areAllUnclear = false
    private var rows = 0
    private var columns: [Range<Int>?] = []
    private var bytes: [UInt8] = []
    private var isWanted = false
    private var scratch: [UInt8] = []

    /// The most bytes of all rows.
    private static let longest = 8 << 20

    package init(to question: SharedQuestion) {
        self.question = question
        firstColumns = Array(repeating: nil, count: question.values.count)
        isUnclear = Array(repeating: false, count: question.values.count)
    }

    /// Begins a row.
    ///
    /// A row is in the answer since its key column equals one of the values. Values are lower case and without
    /// blanks, so where only case and blanks at the end make the difference, it is that value.
    /// - Parameter key: the key column of the row.
    package mutating func beginRow(_ key: UnsafeBufferPointer<UInt8>?) {
        isWanted = false
        rows += 1
        guard !areAllUnclear else { return }
        guard rows < question.rowLimit, bytes.count < Self.longest, let key, let number = number(of: key)
        else {
            areAllUnclear = true
            return
        }
        guard firstColumns[number] == nil else {
            isUnclear[number] = true
            return
        }
        isWanted = true
        firstColumns[number] = columns.count
    }

    /// Adds a selected column of the row.
    package mutating func add(_ column: UnsafeBufferPointer<UInt8>?) {
        guard isWanted else { return }
        columns.append(
            column.map { column in
                bytes.append(contentsOf: column)
                return (bytes.count - column.count)..<bytes.count
            })
    }

    private mutating func number(of key: UnsafeBufferPointer<UInt8>) -> Int? {
        scratch.removeAll(keepingCapacity: true)
        for byte in key {
            // A letter beyond ASCII may be equal to one within.
            guard (0x20...0x7E).contains(byte) else { return nil }
            scratch.append((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte)
        }
        while scratch.last == 0x20 { scratch.removeLast() }
        return question.number(of: scratch)
    }

    /// The replies that are certain.
    ///
    /// - Parameters:
    ///   - width: selected columns of a row.
    ///   - reply: given the position of a question and its reply.
    package func finish(
        width: Int, questions: ArraySlice<SQLQuestion>, host: String, reply: (Int, SQLReply) -> Void
    ) {
        guard !areAllUnclear else { return }
        bytes.withUnsafeBufferPointer { bytes in
            for asker in question.askers where !isUnclear[asker.value] {
                guard let first = firstColumns[asker.value] else {
                    reply(asker.question, SQLReply(.success(nil), host: host))
                    continue
                }
                var answer = SQLAnswer(to: questions[asker.question].key, of: question.query)
                for column in columns[first..<min(first + width, columns.count)] {
                    answer.add(column.map { UnsafeBufferPointer(rebasing: bytes[$0]) })
                }
                reply(asker.question, SQLReply(answer.value(), host: host))
            }
        }
    }
}
