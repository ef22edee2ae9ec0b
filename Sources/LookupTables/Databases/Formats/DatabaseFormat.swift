import Glibc

/// How one kind of database file is laid out. Every number in a file is checked before it is used: what a
/// damaged or hostile file says can make a lookup fail, and nothing else.
protocol DatabaseFormat: Sendable {
    /// - Parameter key: as it is in the file, a NUL at its end included where the file has one.
    func value(of key: [UInt8], in file: DatabaseReading) throws(DatabaseTrouble) -> [UInt8]?

    /// All entries in the order of the file.
    func forEach(in file: DatabaseReading, _ body: ([UInt8], [UInt8]) throws -> Void) throws
}

/// A file together with whether its reader may wait for the disk.
struct DatabaseReading {
    let file: DatabaseBytes
    let mayWait: Bool
    /// The file's as reading began: asked of the system once.
    let size: Int

    init(file: DatabaseBytes, mayWait: Bool) {
        self.file = file
        self.mayWait = mayWait
        size = file.size
    }

    func read(at offset: Int, count: Int) throws(DatabaseTrouble) -> [UInt8] {
        try file.read(at: offset, count: count, mayWait: mayWait)
    }

    /// Reads what may be long, once the file is seen to be long enough for it.
    func readLong(at offset: Int, count: Int) throws(DatabaseTrouble) -> [UInt8] {
        // It may have grown since.
        guard count <= size || count <= file.size else { throw .damaged("an entry is longer than the file") }
        return try read(at: offset, count: count)
    }
}

/// Numbers in little-endian order, which cdb prescribes and the others have on every machine that Martlet
/// runs on.
struct PageBytes {
    let bytes: [UInt8]

    func number<Value: FixedWidthInteger & UnsignedInteger>(
        _ type: Value.Type, at offset: Int
    ) throws(DatabaseTrouble) -> Value {
        let size = MemoryLayout<Value>.size
        guard offset >= 0, offset <= bytes.count - size else { throw Self.outside }
        return Value(
            littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) })
    }

    func byte(at offset: Int) throws(DatabaseTrouble) -> UInt8 { try number(UInt8.self, at: offset) }
    func short(at offset: Int) throws(DatabaseTrouble) -> Int { Int(try number(UInt16.self, at: offset)) }
    func word(at offset: Int) throws(DatabaseTrouble) -> UInt32 { try number(UInt32.self, at: offset) }

    func slice(at offset: Int, count: Int) throws(DatabaseTrouble) -> ArraySlice<UInt8> {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
            throw Self.outside
        }
        return bytes[offset..<(offset + count)]
    }

    private static var outside: DatabaseTrouble { .damaged("a page names a place outside itself") }
}

extension ArraySlice<UInt8> {
    /// Negative, zero or positive, as memcmp(3) has it; of two that begin alike the shorter is the smaller.
    func compared(to other: ArraySlice<UInt8>) -> Int {
        let common = Swift.min(count, other.count)
        let order = withUnsafeBytes { one in
            other.withUnsafeBytes { two -> Int in
                guard common > 0, let one = one.baseAddress, let two = two.baseAddress else { return 0 }
                return Int(memcmp(one, two, common))
            }
        }
        return order != 0 ? order : count - other.count
    }
}
