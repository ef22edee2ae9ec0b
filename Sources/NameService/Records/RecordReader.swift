/// Reads one record's data (RFC 1035 §3.3), as libunbound hands it over: names in it are not compressed.
///
/// Every read says whether it succeeded; a record that does not fit its type is left out of the answer.
struct RecordReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() -> UInt8? { rest.popFirst() }

    mutating func number() -> UInt16? {
        guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    /// A length and so many bytes.
    mutating func characterString() -> ArraySlice<UInt8>? {
        guard let length = rest.popFirst(), rest.count >= Int(length) else { return nil }
        defer { rest = rest.dropFirst(Int(length)) }
        return rest.prefix(Int(length))
    }

    mutating func name() -> DomainName? {
        var labels: [ArraySlice<UInt8>] = []
        var length = 0
        while let label = characterString() {
            if label.isEmpty { return DomainName(labels: labels) }
            length += label.count + 1
            // The two highest bits would be a pointer.
            guard label.count < 64, length <= 255 else { return nil }
            labels.append(label)
        }
        return nil
    }

    mutating func remainder() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }
}
