import Glibc

/// Many short texts, each once and with a number, in little more memory than their bytes.
///
/// A million addresses are a million Swift strings of some fifty bytes each otherwise, before the first dictionary.
struct InternedTexts: Sendable {
    /// Bytes of the texts, in pieces that never move: growing one long array would need it twice.
    private var pieces: [[UInt8]] = []
    /// Where each text begins: the number of its piece and the position in it.
    private var starts: [UInt32] = []
    private var lengths: [UInt16] = []
    /// A hash table of numbers; -1 is a free place. Its size is a power of two.
    private var slots = [Int32](repeating: -1, count: 1024)

    private static let pieceBits: UInt32 = 20
    private static let pieceSize = 1 << 20
    /// What is longer is cut; no address may be as long (RFC 5321 §4.5.3.1).
    static let longest = 4096

    var count: Int { starts.count }

    func find(_ text: UnsafeRawBufferPointer) -> Int32? {
        let number = slots[slot(of: text)]
        return number < 0 ? nil : number
    }

    mutating func intern(_ text: UnsafeRawBufferPointer) -> Int32 {
        let text = UnsafeRawBufferPointer(rebasing: text.prefix(Self.longest))
        var place = slot(of: text)
        if slots[place] >= 0 { return slots[place] }
        if starts.count * 4 >= slots.count * 3 {
            grow()
            place = slot(of: text)
        }
        let number = Int32(truncatingIfNeeded: starts.count)
        slots[place] = number
        append(text)
        return number
    }

    /// - Parameter body: given the bytes, good for the time of the call.
    func withText<Result>(_ number: Int32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let start = starts[Int(number)]
        let length = Int(lengths[Int(number)])
        return pieces[Int(start >> Self.pieceBits)].withUnsafeBytes { piece in
            let offset = Int(start & UInt32(Self.pieceSize - 1))
            return body(UnsafeRawBufferPointer(rebasing: piece[offset..<(offset + length)]))
        }
    }

    func text(_ number: Int32) -> String {
        withText(number) { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func append(_ text: UnsafeRawBufferPointer) {
        if pieces.isEmpty || pieces[pieces.count - 1].count + text.count > Self.pieceSize {
            var piece: [UInt8] = []
            // A small survey needs no whole piece.
            piece.reserveCapacity(pieces.isEmpty ? 1024 : Self.pieceSize)
            pieces.append(piece)
        }
        let last = pieces.count - 1
        starts.append(UInt32(last) << Self.pieceBits | UInt32(pieces[last].count))
        lengths.append(UInt16(text.count))
        pieces[last].append(contentsOf: text)
    }

    private func slot(of text: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: text)
        let mask = slots.count - 1
        var place = hasher.finalize() & mask
        while true {
            let number = slots[place]
            if number < 0 || isEqual(number, text) { return place }
            place = (place + 1) & mask
        }
    }

    private func isEqual(_ number: Int32, _ text: UnsafeRawBufferPointer) -> Bool {
        guard Int(lengths[Int(number)]) == text.count else { return false }
        return withText(number) { known in
            guard let one = known.baseAddress, let other = text.baseAddress else { return true }
            return memcmp(one, other, text.count) == 0
        }
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        for number in 0..<Int32(truncatingIfNeeded: starts.count) {
            let place = withText(number) { text in
                var hasher = Hasher()
                hasher.combine(bytes: text)
                return hasher.finalize()
            }
            var slot = place & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = number
        }
    }
}
