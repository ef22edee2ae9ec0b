import CMongoC
import Logging
import Synchronization

/// libmongoc, which wants to be started once.
enum MongoDBLibrary {
    private static let logger = Mutex<Logger?>(nil)

    private static let started: Void = {
        mongoc_init()
        mongoc_log_set_handler(
            { level, _, message, _ in
                guard level.rawValue <= MONGOC_LOG_LEVEL_WARNING.rawValue, let message else { return }
                let text = String(cString: message)
                MongoDBLibrary.logger.withLock { $0 }?.warning("mongodb client library: \(text)")
            }, nil)
    }()

    static func start() { started }

    /// Where the library's own warnings go.
    static func log(to logger: Logger) { self.logger.withLock { $0 = logger } }
}
