/// A packet that is not what it should be: whoever sent it is not trusted any further.
struct FrameError: Error, CustomStringConvertible {
    let description: String
}

/// What travels between server and keeper as bytes.
protocol FrameCodable {
    init(from reader: inout FrameReader) throws(FrameError)
    func write(to writer: inout FrameWriter)
}

/// Puts values one after the other: numbers in network order, text with its length before it.
struct FrameWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ byte: UInt8) { bytes.append(byte) }

    mutating func put(_ flag: Bool) { put(flag ? 1 : 0 as UInt8) }

    mutating func put(_ number: UInt32) {
        for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    mutating func put(_ number: Int) {
        put(UInt32(truncatingIfNeeded: number >> 32))
        put(UInt32(truncatingIfNeeded: number))
    }

    mutating func put(_ text: String) {
        put(UInt32(clamping: text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func put(_ text: String?) {
        put(text != nil)
        if let text { put(text) }
    }

    mutating func put(_ value: some FrameCodable) { value.write(to: &self) }

    mutating func put(_ values: [some FrameCodable]) {
        put(UInt32(clamping: values.count))
        for value in values { put(value) }
    }
}

/// Takes values in the order in which they were put. What is too short, too long or no text is an error.
struct FrameReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func byte() throws(FrameError) -> UInt8 {
        guard let byte = rest.popFirst() else { throw FrameError(description: "it ends too soon") }
        return byte
    }

    mutating func flag() throws(FrameError) -> Bool {
        switch try byte() {
        case 0: return false
        case 1: return true
        default: throw FrameError(description: "neither yes nor no")
        }
    }

    mutating func number() throws(FrameError) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 { number = number << 8 | UInt32(try byte()) }
        return number
    }

    mutating func size() throws(FrameError) -> Int {
        let high = try number()
        let number = Int64(high) << 32 | Int64(try self.number())
        guard number >= 0 else { throw FrameError(description: "a size below zero") }
        return Int(number)
    }

    mutating func text() throws(FrameError) -> String {
        let count = Int(try number())
        guard count <= rest.count else { throw FrameError(description: "it ends inside of a text") }
        guard let text = String(validating: rest.prefix(count), as: UTF8.self), !text.utf8.contains(0) else {
            throw FrameError(description: "bytes that are no text")
        }
        rest = rest.dropFirst(count)
        return text
    }

    mutating func optionalText() throws(FrameError) -> String? { try flag() ? try text() : nil }

    mutating func value<Value: FrameCodable>() throws(FrameError) -> Value { try Value(from: &self) }

    mutating func values<Value: FrameCodable>() throws(FrameError) -> [Value] {
        let count = Int(try number())
        // Each takes a byte at least.
        guard count <= rest.count else { throw FrameError(description: "it ends inside of a list") }
        var values: [Value] = []
        for _ in 0..<count { values.append(try value()) }
        return values
    }

    /// Nothing may be left.
    func end() throws(FrameError) {
        guard rest.isEmpty else { throw FrameError(description: "\(rest.count) bytes too many") }
    }
}

extension String: FrameCodable {
    init(from reader: inout FrameReader) throws(FrameError) { self = try reader.text() }
    func write(to writer: inout FrameWriter) { writer.put(self) }
}
