/// What the rows of one answer come to: every value through `result_format`, joined with commas.
///
/// NULL is left out silently, an empty string with a warning, and so is a value that lacks a part which
/// `result_format` names.
package struct SQLAnswer {
    private let query: SQLQuery
    private let key: String
    private var joined: [UInt8] = []
    private var count = 0
    private var isOverLimit = false
    private var isTooLong = false

    /// The most bytes that an answer may have: no address needs as many, and a mistaken statement must not fill the memory.
    private static let longest = 8 << 20

    package init(to key: String, of query: SQLQuery) {
        self.query = query
        self.key = key
    }

    /// Adds a column of a row. As in C, a value ends at its first zero byte.
    package mutating func add(_ column: UnsafeBufferPointer<UInt8>?) {
        guard let column, !isFull else { return }
        let end = column.firstIndex(of: 0) ?? column.count
        let value = SplitValue(UnsafeBufferPointer(rebasing: column[..<end]))
        guard !value.bytes.isEmpty else {
            query.logger.warning("table \"\(query.table)\": empty lookup result for: \"\(key)\" -- ignored")
            return
        }
        guard query.resultFormat.accepts(value) else { return }
        if let limit = query.expansionLimit {
            count += 1
            if count > limit { isOverLimit = true }
        }
        if !joined.isEmpty { joined.append(UInt8(ascii: ",")) }
        key.withBytes { query.resultFormat.format(value, of: SplitValue($0), into: &joined) }
        if joined.count > Self.longest { isTooLong = true }
    }

    /// Nothing that is added changes the answer any more: it is a failure.
    package var isFull: Bool { isOverLimit || isTooLong }

    /// Nil where no value was left.
    package func value() -> Result<String?, LookupFailure> {
        if isOverLimit {
            return .failure(
                query.failure(
                    .result,
                    "Expansion limit exceeded for key '\(key)'; see expansion_limit, which allows "
                        + "\(query.expansionLimit ?? 0)"))
        }
        if isTooLong {
            return .failure(
                query.failure(.result, "the answer for key '\(key)' has more than \(Self.longest) bytes"))
        }
        guard !joined.isEmpty else { return .success(nil) }
        guard let text = String(validating: joined, as: UTF8.self) else {
            return .failure(
                query.failure(
                    .result,
                    "key \"\(key)\": non-UTF-8 value \"\(String(decoding: joined, as: UTF8.self))\": "
                        + "malformed UTF-8 or invalid codepoint"))
        }
        return .success(text)
    }
}
