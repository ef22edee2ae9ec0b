import CBerkeleyDB
import Glibc

/// Writes a hash table or a B tree of Berkeley DB.
final class BerkeleyWriter: DatabaseWriter {
    private var database: UnsafeMutablePointer<DB>?
    /// Postfix's own buckets are of this size.
    private static let pageSize: UInt64 = 4096
    /// Not more than a quarter of it.
    static let longestOnPage = 1000
    /// Below this a table grows by itself soon enough.
    private static let manyEntries: UInt64 = 4096

    /// - Parameters:
    ///   - bytes: the room on pages that all keys and values take.
    ///   - cacheSize: how much memory the library may take.
    init(
        _ kind: DatabaseKind, path: String, entries: UInt64, bytes: UInt64, cacheSize: Int
    ) throws(WritingFailure) {
        try check(db_create(&database, nil, 0))
        guard let database else { throw WritingFailure(description: "no memory") }
        // What the library would print, the thrown failure says.
        database.pointee.set_errcall(database, { _, _, _ in })
        let gigabyte = 1 << 30
        try check(
            database.pointee.set_cachesize(
                database, UInt32(cacheSize / gigabyte), UInt32(max(cacheSize % gigabyte, 1 << 20)), 0))
        if kind == .hash, entries > Self.manyEntries {
            // With all buckets there from the start no page is ever split. "fill factor": DB->set_h_ffactor.
            let perPage = max(1, (Self.pageSize - 32) / (bytes / entries + 8))
            try check(database.pointee.set_pagesize(database, UInt32(Self.pageSize)))
            try check(database.pointee.set_h_ffactor(database, UInt32(perPage)))
            try check(database.pointee.set_h_nelem(database, UInt32(min(entries, UInt64(UInt32.max)))))
        }
        try check(
            database.pointee.open(
                database, nil, path, nil, kind == .hash ? DB_HASH : DB_BTREE, UInt32(DB_CREATE | DB_EXCL),
                0o600))
    }

    deinit {
        // What is given up need not be written.
        if let database { _ = database.pointee.close(database, UInt32(DB_NOSYNC)) }
    }

    func append(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) throws(WritingFailure) {
        let result = key.withUnsafeBytes { key in
            value.withUnsafeBytes { value -> Int32 in
                guard let database else { return EBADF }
                var (keyItem, valueItem) = (Self.item(key), Self.item(value))
                return database.pointee.put(database, nil, &keyItem, &valueItem, 0)
            }
        }
        try check(result)
    }

    func finish() throws(WritingFailure) {
        guard let closing = database else { return }
        database = nil
        try check(closing.pointee.close(closing, 0))
    }

    private static func item(_ bytes: UnsafeRawBufferPointer) -> DBT {
        var item = DBT()
        item.data = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        item.size = UInt32(bytes.count)
        return item
    }

    private func check(_ result: Int32) throws(WritingFailure) {
        guard result == 0 else { throw WritingFailure(description: String(cString: db_strerror(result))) }
    }
}
