import Glibc

/// What maps answered for one key, packed into one piece of memory.
///
///     key length (2 bytes), key, then for each map:
///     map (4), time (4), value's length (4; all ones: the map does not have the key), value
struct AnswerRecord {
    private(set) var bytes: [UInt8]

    private static let header = 12
    private static let absent = UInt32.max

    /// - Parameter key: at most 65,535 bytes.
    init(key: UnsafeBufferPointer<UInt8>) {
        bytes = []
        Self.append(UInt16(truncatingIfNeeded: key.count), to: &bytes)
        bytes.append(contentsOf: key)
    }

    func isOf(_ key: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.withUnsafeBytes { Self.isEqual($0[2..<Self.start($0)], UnsafeRawBufferPointer(key)) }
    }

    /// What the map answered, and when.
    func answer(of map: UInt32) -> (value: String?, time: UInt32)? {
        bytes.withUnsafeBytes { bytes in
            guard let place = Self.place(of: map, in: bytes) else { return nil }
            let time = bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
            guard let value = Self.value(at: place, in: bytes) else { return (nil, time) }
            return (String(decoding: value, as: UTF8.self), time)
        }
    }

    func knows(_ map: UInt32) -> Bool {
        bytes.withUnsafeBytes { Self.place(of: map, in: $0) != nil }
    }

    /// Takes over an answer; in place where it is the one that was there.
    ///
    /// - Parameter oldest: answers from before then are let go, when the record is written anew.
    mutating func set(_ map: UInt32, _ value: String?, at time: UInt32, oldest: UInt32) {
        let isSame = bytes.withUnsafeMutableBytes { bytes in
            let known = UnsafeRawBufferPointer(bytes)
            guard let place = Self.place(of: map, in: known) else { return false }
            let isSame =
                switch (value, Self.value(at: place, in: known)) {
                case (nil, nil): true
                case (let value?, let before?):
                    value.withBytes { Self.isEqual(before, UnsafeRawBufferPointer($0)) }
                default: false
                }
            if isSame { bytes.storeBytes(of: time, toByteOffset: place + 4, as: UInt32.self) }
            return isSame
        }
        if !isSame { rewrite(map, value, at: time, oldest: oldest) }
    }

    private mutating func rewrite(_ map: UInt32, _ value: String?, at time: UInt32, oldest: UInt32) {
        var next: [UInt8] = []
        bytes.withUnsafeBytes { bytes in
            let start = Self.start(bytes)
            next.reserveCapacity(bytes.count + Self.header + (value?.utf8.count ?? 0))
            next.append(contentsOf: bytes[..<start])
            var place = start
            while place < bytes.count {
                let end = Self.end(of: place, in: bytes)
                let other = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
                let seen = bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
                if other != map, seen >= oldest { next.append(contentsOf: bytes[place..<end]) }
                place = end
            }
        }
        Self.append(map, to: &next)
        Self.append(time, to: &next)
        Self.append(value.map { UInt32(truncatingIfNeeded: $0.utf8.count) } ?? Self.absent, to: &next)
        if let value { next.append(contentsOf: value.utf8) }
        bytes = next
    }

    private static func isEqual(_ one: Slice<UnsafeRawBufferPointer>, _ other: UnsafeRawBufferPointer) -> Bool
    {
        guard one.count == other.count else { return false }
        guard let first = UnsafeRawBufferPointer(rebasing: one).baseAddress, let second = other.baseAddress
        else {
            return true
        }
        return memcmp(first, second, other.count) == 0
    }

    // MARK: Layout

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
    }

    private static func start(_ bytes: UnsafeRawBufferPointer) -> Int {
        2 + Int(bytes.loadUnaligned(as: UInt16.self))
    }

    private static func place(of map: UInt32, in bytes: UnsafeRawBufferPointer) -> Int? {
        var place = start(bytes)
        while place < bytes.count {
            if bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self) == map { return place }
            place = end(of: place, in: bytes)
        }
        return nil
    }

    private static func end(of place: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        let length = bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt32.self)
        return place + header + (length == absent ? 0 : Int(length))
    }

    private static func value(at place: Int, in bytes: UnsafeRawBufferPointer)
        -> Slice<UnsafeRawBufferPointer>?
    {
        guard bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt32.self) != absent else { return nil }
        return bytes[(place + header)..<end(of: place, in: bytes)]
    }
}
