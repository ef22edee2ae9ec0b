/// What the values of one lookup come to: each through `result_format`, joined with commas.
///
/// An empty value is left out with a warning, and so, silently, is one that lacks a part which `result_format` names.
package struct ResultList {
    private let rules: MapRules
    private let key: String
    private var joined: [UInt8] = []
    private var count = 0

    /// More than any mail has use for; it keeps a hostile server from filling the memory.
    private static let mostBytes = 32 * 1024 * 1024

    package init(to key: String, of rules: MapRules) {
        self.rules = rules
        self.key = key
    }

    /// Adds a value. As in C, it ends at its first zero byte.
    ///
    /// - Throws: where `expansion_limit` is passed.
    package mutating func add(_ value: UnsafeBufferPointer<UInt8>) throws(LookupFailure) {
        let end = value.firstIndex(of: 0) ?? value.count
        let value = SplitValue(UnsafeBufferPointer(rebasing: value[..<end]))
        guard !value.bytes.isEmpty else {
            rules.logger.warning("table \"\(rules.table)\": empty lookup result for: \"\(key)\" -- ignored")
            return
        }
        guard rules.resultFormat.accepts(value) else { return }
        count += 1
        guard count <= rules.expansionLimit ?? .max else { throw rules.tooManyValues(key) }
        if !joined.isEmpty { joined.append(UInt8(ascii: ",")) }
        key.withBytes { rules.resultFormat.format(value, of: SplitValue($0), into: &joined) }
        guard joined.count <= Self.mostBytes else {
            throw rules.failure(.result, "key \"\(key)\": the answer has more than \(Self.mostBytes) bytes")
        }
    }

    /// Nil where no value was left.
    package func value() throws(LookupFailure) -> String? {
        guard !joined.isEmpty else { return nil }
        guard let text = String(validating: joined, as: UTF8.self) else {
            throw rules.failure(
                .result,
                "key \"\(key)\": non-UTF-8 value \"\(String(decoding: joined, as: UTF8.self))\": "
                    + "malformed UTF-8 or invalid codepoint")
        }
        return text
    }
}
