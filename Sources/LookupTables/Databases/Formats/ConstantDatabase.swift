/// A constant database: cdb(5), https://cr.yp.to/cdb/cdb.txt.
///
///     256 × (place, slots) of a hash table │ (key length, value length, key, value)… │ 256 hash tables of (hash, place)
///
/// A file is only ever replaced by another, so nothing has to be locked.
struct ConstantDatabase: DatabaseFormat {
    static let headerSize = 2048

    static func hash(_ key: some Sequence<UInt8>) -> UInt32 {
        key.reduce(5381) { ($0 << 5 &+ $0) ^ UInt32($1) }
    }

    func value(of key: [UInt8], in file: DatabaseReading) throws(DatabaseTrouble) -> [UInt8]? {
        try checkSize(file)
        let hash = Self.hash(key)
        let pointer = PageBytes(bytes: try file.read(at: Int(hash & 255) * 8, count: 8))
        let (table, slots) = (Int(try pointer.word(at: 0)), try pointer.word(at: 4))
        guard slots > 0 else { return nil }
        guard Int(slots) <= file.size / 8 else { throw .damaged("a hash table is longer than the file") }
        // A table is half empty, so a search ends soon; pieces of it are read together.
        var index = (hash >> 8) % slots
        var left = slots
        while left > 0 {
            let some = min(8, slots - index, left)
            let piece = PageBytes(bytes: try file.read(at: table + Int(index) * 8, count: Int(some) * 8))
            for slot in 0..<Int(some) {
                let place = Int(try piece.word(at: slot * 8 + 4))
                if place == 0 { return nil }
                guard try piece.word(at: slot * 8) == hash else { continue }
                let (found, value) = try record(at: place, wanting: key, in: file)
                if found { return value }
            }
            left -= some
            index = (index + some) % slots
        }
        return nil
    }

    /// - Returns: whether the record has the key, and then its value.
    private func record(
        at place: Int, wanting key: [UInt8], in file: DatabaseReading
    ) throws(DatabaseTrouble) -> (Bool, [UInt8]) {
        let lengths = PageBytes(bytes: try file.read(at: place, count: 8))
        guard try lengths.word(at: 0) == key.count, try file.readLong(at: place + 8, count: key.count) == key
        else { return (false, []) }
        let length = Int(try lengths.word(at: 4))
        return (true, try file.readLong(at: place + 8 + key.count, count: length))
    }

    func forEach(in file: DatabaseReading, _ body: ([UInt8], [UInt8]) throws -> Void) throws {
        try checkSize(file)
        var place = Self.headerSize
        let end = Int(try PageBytes(bytes: try file.read(at: 0, count: 4)).word(at: 0))
        while place < end {
            let lengths = PageBytes(bytes: try file.read(at: place, count: 8))
            let (key, value) = (Int(try lengths.word(at: 0)), Int(try lengths.word(at: 4)))
            try body(
                try file.readLong(at: place + 8, count: key),
                try file.readLong(at: place + 8 + key, count: value))
            place += 8 + key + value
        }
    }

    private func checkSize(_ file: DatabaseReading) throws(DatabaseTrouble) {
        guard file.size >= Self.headerSize else {
            throw .foreign("it is no cdb file: it has \(file.size) bytes, and its header alone has 2048")
        }
    }
}
