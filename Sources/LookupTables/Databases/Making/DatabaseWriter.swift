/// Writes a table's file. Entries come in the order of their rank, then of their keys, each key once.
protocol DatabaseWriter: AnyObject {
    func append(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) throws(WritingFailure)
    /// The file is complete, though perhaps not durable yet.
    func finish() throws(WritingFailure)
}

/// What a library or the system says of a file that could not be written.
struct WritingFailure: Error, CustomStringConvertible {
    let description: String
}

extension DatabaseKind {
    /// What the format sorts a key by, before its bytes.
    func rank(of key: [UInt8]) -> UInt32 {
        // The buckets of a hash table are told by a hash's lowest bits, however many these will be. With its
        // bits turned round, keys of one bucket come together.
        self == .hash ? BerkeleyHash.fowlerNollVo(key).bitsReversed : 0
    }

    /// How much of a bucket's page a key or a value takes. What is long goes to pages of its own, and leaves
    /// 12 bytes.
    func room(of item: [UInt8]) -> Int {
        self == .hash && item.count > BerkeleyWriter.longestOnPage ? 12 : item.count
    }

    /// - Parameters:
    ///   - entries: how many will come, perhaps fewer.
    ///   - bytes: the room that their keys and values take.
    ///   - settings: `berkeley_db_create_buffer_size`, `lmdb_map_size`.
    func writer(
        path: String, entries: UInt64, bytes: UInt64, settings: DatabaseSettings
    ) throws(WritingFailure) -> any DatabaseWriter {
        switch self {
        case .hash, .btree:
            try BerkeleyWriter(
                self, path: path, entries: entries, bytes: bytes, cacheSize: settings.berkeleyCreateBufferSize
            )
        case .lmdb: try LightningWriter(path: path, mapSize: settings.lmdbMapSize)
        case .cdb: try ConstantDatabaseWriter(path: path)
        }
    }
}

/// Sizes in main.cf that matter to compiled tables, in bytes.
public struct DatabaseSettings: Sendable {
    public var berkeleyCreateBufferSize: Int
    public var lmdbMapSize: Int

    public init(berkeleyCreateBufferSize: Int = 16 << 20, lmdbMapSize: Int = 16 << 20) {
        self.berkeleyCreateBufferSize = berkeleyCreateBufferSize
        self.lmdbMapSize = lmdbMapSize
    }
}

extension UInt32 {
    var bitsReversed: UInt32 {
        var value = byteSwapped
        value = (value & 0x0F0F_0F0F) << 4 | (value >> 4) & 0x0F0F_0F0F
        value = (value & 0x3333_3333) << 2 | (value >> 2) & 0x3333_3333
        return (value & 0x5555_5555) << 1 | (value >> 1) & 0x5555_5555
    }
}
