import CMongoC
import Glibc
import Logging
import LookupTables
import Synchronization

/// libmongoc, which is loaded when the first `mongodb:` map is opened.
///
/// It starts itself as it is loaded, with counters in /dev/shm: a program that asks no such map is to be without.
/// For the same reason nothing links it.
// Pointers to code that stays where it is, and may be called from any thread.
struct MongoDBLibrary: @unchecked Sendable {
    let newURI: mongoc_uri_new_with_error_pointer
    let uriHasOption: mongoc_uri_has_option_pointer
    let setURIOption: mongoc_uri_set_option_as_int32_pointer
    let unescape: mongoc_uri_unescape_pointer
    let destroyURI: mongoc_uri_destroy_pointer

    let newPool: mongoc_client_pool_new_with_error_pointer
    let setPoolSize: mongoc_client_pool_max_size_pointer
    let setPoolErrors: mongoc_client_pool_set_error_api_pointer
    let popClient: mongoc_client_pool_pop_pointer
    let pushClient: mongoc_client_pool_push_pointer
    let destroyPool: mongoc_client_pool_destroy_pointer

    let collection: mongoc_client_get_collection_pointer
    let find: mongoc_collection_find_with_opts_pointer
    let destroyCollection: mongoc_collection_destroy_pointer

    let nextDocument: mongoc_cursor_next_pointer
    let cursorError: mongoc_cursor_error_pointer
    let cursorHost: mongoc_cursor_get_host_pointer
    let destroyCursor: mongoc_cursor_destroy_pointer

    private static let library = Mutex<MongoDBLibrary?>(nil)
    private static let logger = Mutex<Logger?>(nil)

    /// The library, which is loaded where it is not there yet.
    ///
    /// - Throws: where it can't be; the next map that is opened tries again.
    static func loaded() throws(TableError) -> MongoDBLibrary {
        try library.withLock { (library) throws(TableError) -> MongoDBLibrary in
            if let library { return library }
            let loaded = try MongoDBLibrary(named: "libmongoc-1.0.so.0")
            library = loaded
            return loaded
        }
    }

    /// Where the library's own warnings go.
    static func log(to logger: Logger) { self.logger.withLock { $0 = logger } }

    /// Loads and starts it, for good.
    init(named name: String) throws(TableError) {
        // It reads this as it starts, and then has its counters, which nobody asks for, in plain memory: nothing stays
        // in /dev/shm when the program is killed. Another thread may be reading the environment meanwhile. That goes
        // well, for nothing else in Martlet changes it: the first change puts a copy in the place of the
        // environment that the kernel gave, which stays as it was.
        setenv("MONGOC_DISABLE_SHM", "1", 0)
        guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else { throw Self.failure(name) }
        func function<Pointer>(_ symbol: String) throws(TableError) -> Pointer {
            guard let address = dlsym(handle, symbol) else { throw Self.failure(name) }
            // The caller's type is that of the function in the library's header.
            return unsafeBitCast(address, to: Pointer.self)
        }
        newURI = try function("mongoc_uri_new_with_error")
        uriHasOption = try function("mongoc_uri_has_option")
        setURIOption = try function("mongoc_uri_set_option_as_int32")
        unescape = try function("mongoc_uri_unescape")
        destroyURI = try function("mongoc_uri_destroy")
        newPool = try function("mongoc_client_pool_new_with_error")
        setPoolSize = try function("mongoc_client_pool_max_size")
        setPoolErrors = try function("mongoc_client_pool_set_error_api")
        popClient = try function("mongoc_client_pool_pop")
        pushClient = try function("mongoc_client_pool_push")
        destroyPool = try function("mongoc_client_pool_destroy")
        collection = try function("mongoc_client_get_collection")
        find = try function("mongoc_collection_find_with_opts")
        destroyCollection = try function("mongoc_collection_destroy")
        nextDocument = try function("mongoc_cursor_next")
        cursorError = try function("mongoc_cursor_error")
        cursorHost = try function("mongoc_cursor_get_host")
        destroyCursor = try function("mongoc_cursor_destroy")

        let start: mongoc_init_pointer = try function("mongoc_init")
        let setLogHandler: mongoc_log_set_handler_pointer = try function("mongoc_log_set_handler")
        start()
        setLogHandler(
            { level, _, message, _ in
                guard level.rawValue <= MONGOC_LOG_LEVEL_WARNING.rawValue, let message else { return }
                let text = String(cString: message)
                MongoDBLibrary.logger.withLock { $0 }?.warning("mongodb client library: \(text)")
            }, nil)
    }

    private static func failure(_ name: String) -> TableError {
        let reason = dlerror().map { String(cString: $0) } ?? "unknown reason"
        return TableError("\(name) cannot be loaded: \(reason); install the package libmongoc-1.0-0")
    }
}
