/// A key or a result, split at the last `@` without copying it.
package struct SplitValue {
    let bytes: UnsafeBufferPointer<UInt8>
    /// The position of the last `@`.
    let at: Int?

    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        at = bytes.lastIndex(of: UInt8(ascii: "@"))
    }

    var whole: Slice<UnsafeBufferPointer<UInt8>> { bytes[...] }

    /// Everything where there is no `@`.
    var user: Slice<UnsafeBufferPointer<UInt8>> { bytes[..<(at ?? bytes.endIndex)] }

    /// Nothing where there is no `@`.
    var domain: Slice<UnsafeBufferPointer<UInt8>> { bytes[(at.map { $0 + 1 } ?? bytes.endIndex)...] }

    /// There is an `@` and nothing left of it.
    var isUserEmpty: Bool { at == 0 }

    var isDomainEmpty: Bool { domain.isEmpty }

    var labelCount: Int {
        var count = 0
        var previous = UInt8(ascii: ".")
        for byte in domain {
            if byte != UInt8(ascii: "."), previous == UInt8(ascii: ".") { count += 1 }
            previous = byte
        }
        return count
    }

    /// A label of the domain counted from the right, 1 the last; empty labels (`a..b`) count for nothing.
    func label(_ number: Int) -> Slice<UnsafeBufferPointer<UInt8>> {
        var end = bytes.endIndex
        var remaining = number
        let start = domain.startIndex
        while end > start {
            while end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
            var begin = end
            while begin > start, bytes[begin - 1] != UInt8(ascii: ".") { begin -= 1 }
            remaining -= 1
            if remaining == 0 { return bytes[begin..<end] }
            end = begin
        }
        return bytes[end..<end]
    }
}
