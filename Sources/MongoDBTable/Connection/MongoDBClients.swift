import CMongoC
import LookupTables
import Synchronization

/// The clients for one URI: libmongoc's own pool, with its watch over the servers.
///
/// While no server can be reached, one lookup at a time tries; the others fail at once.
final class MongoDBClients: Sendable {
    let library: MongoDBLibrary
    private let uri: MongoDBURI
    private let size: Int
    private let state = Mutex(State())

    private struct State {
        // A `mongoc_client_pool_t *`, which may be used from any thread.
        nonisolated(unsafe) var pool: OpaquePointer?
        var outage: Outage?
        var isProbing = false
    }

    private struct Outage {
        let reason: String
        let instant: ContinuousClock.Instant
    }

    init(_ uri: MongoDBURI, _ library: MongoDBLibrary, size: Int) {
        self.library = library
        self.uri = uri
        self.size = size
    }

    deinit {
        guard let pool = state.withLock({ $0.pool }) else { return }
        let last = LastPool(pool: pool)
        let destroy = library.destroyPool
        // It waits for the library's own threads.
        if !OwnThread.start({ destroy(last.pool) }) { destroy(pool) }
    }

    private struct LastPool: @unchecked Sendable {
        // Nobody else has it any more.
        let pool: OpaquePointer
    }

    func withoutSecrets(_ message: String) -> String { uri.withoutSecrets(message) }

    /// Makes the pool where there is none yet: that may ask the DNS, and so takes time.
    ///
    /// - Returns: a `mongoc_client_t *`, to be given back.
    func take() throws(TableError) -> OpaquePointer {
        let result: Result<OpaquePointer, TableError> = state.withLock { state in
            if let pool = state.pool { return .success(pool) }
            do throws(TableError) {
                let pool = try makePool()
                state.pool = pool
                return .success(pool)
            } catch {
                return .failure(error)
            }
        }
        guard let client = library.popClient(try result.get()) else {
            throw TableError("no client could be had")
        }
        return client
    }

    func giveBack(_ client: OpaquePointer) {
        guard let pool = state.withLock({ $0.pool }) else { return }
        library.pushClient(pool, client)
    }

    private func makePool() throws(TableError) -> OpaquePointer {
        let uri = try uri.parsed(by: library)
        defer { library.destroyURI(uri) }
        var error = bson_error_t()
        guard let pool = library.newPool(uri, &error) else {
            throw TableError(withoutSecrets(error.text))
        }
        library.setPoolSize(pool, UInt32(size))
        _ = library.setPoolErrors(pool, MONGOC_ERROR_API_VERSION_2)
        return pool
    }

    // MARK: Outages

    /// Whether a lookup may try, or why not. Who may try says afterwards how it went.
    func mayTry() -> String? {
        state.withLock { state in
            guard let outage = state.outage else { return nil }
            guard !state.isProbing, .now - outage.instant >= .seconds(1) else { return outage.reason }
            state.isProbing = true
            return nil
        }
    }

    /// - Parameter outage: why no server could be reached; nil where one could.
    func tried(_ outage: String?) {
        state.withLock { state in
            state.isProbing = false
            state.outage = outage.map { Outage(reason: $0, instant: .now) }
        }
    }
}
