import CLMDB

/// Writes an LMDB file from its first page to its last.
final class LightningWriter: DatabaseWriter {
    private var environment: OpaquePointer?
    private var transaction: OpaquePointer?
    private var table = MDB_dbi()
    private var mapSize: Int
    /// What the transaction has taken, to be written again where the file turns out to be too small for it.
    private var batch: [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
    private var batchBytes = 0
    /// LMDB keeps the pages of a transaction in memory: this bounds it.
    private static let largestBatch = 4 << 20

    /// - Parameter mapSize: how large the file may be at first; it grows beyond.
    init(path: String, mapSize: Int) throws(WritingFailure) {
        self.mapSize = max(mapSize, 1 << 20)
        try check(mdb_env_create(&environment))
        try check(mdb_env_set_mapsize(environment, self.mapSize))
        // Nobody else knows the file yet, and it is made durable once, in the end.
        let flags = MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC | MDB_NOMETASYNC
        try check(mdb_env_open(environment, path, UInt32(flags), 0o600))
        try begin()
    }

    deinit {
        if let transaction { mdb_txn_abort(transaction) }
        if let environment { mdb_env_close(environment) }
    }

    func append(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) throws(WritingFailure) {
        // Slices keep all alive that they are cut from.
        batch.append((Array(key)[...], Array(value)[...]))
        batchBytes += key.count + value.count + 16
        var result = put(key, value)
        if result == MDB_MAP_FULL { result = try writeAgain() }
        try check(result)
        if batchBytes >= Self.largestBatch { try commit() }
    }

    func finish() throws(WritingFailure) {
        try commit()
        try check(mdb_env_sync(environment, 1))
        if let transaction { mdb_txn_abort(transaction) }
        transaction = nil
        mdb_env_close(environment)
        environment = nil
    }

    private func begin() throws(WritingFailure) {
        try check(mdb_txn_begin(environment, nil, 0, &transaction))
        try check(mdb_dbi_open(transaction, nil, 0, &table))
    }

    private func commit() throws(WritingFailure) {
        var result = end()
        while result == MDB_MAP_FULL {
            try check(try writeAgain())
            result = end()
        }
        try check(result)
        batch.removeAll(keepingCapacity: true)
        batchBytes = 0
        try begin()
    }

    private func end() -> Int32 {
        defer { transaction = nil }
        return mdb_txn_commit(transaction)
    }

    /// Makes the file larger and puts the transaction's entries into it again.
    private func writeAgain() throws(WritingFailure) -> Int32 {
        while true {
            if let transaction { mdb_txn_abort(transaction) }
            transaction = nil
            mapSize *= 2
            try check(mdb_env_set_mapsize(environment, mapSize))
            try begin()
            var result: Int32 = 0
            for (key, value) in batch {
                result = put(key, value)
                if result != 0 { break }
            }
            if result != MDB_MAP_FULL { return result }
        }
    }

    private func put(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Int32 {
        key.withUnsafeBytes { key in
            value.withUnsafeBytes { value in
                var keyValue = MDB_val(
                    mv_size: key.count, mv_data: UnsafeMutableRawPointer(mutating: key.baseAddress))
                var valueValue = MDB_val(
                    mv_size: value.count, mv_data: UnsafeMutableRawPointer(mutating: value.baseAddress))
                return mdb_put(transaction, table, &keyValue, &valueValue, UInt32(MDB_APPEND))
            }
        }
    }

    private func check(_ result: Int32) throws(WritingFailure) {
        guard result == 0 else { throw WritingFailure(description: String(cString: mdb_strerror(result))) }
    }
}
