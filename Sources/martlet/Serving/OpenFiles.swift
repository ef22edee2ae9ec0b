import Foundation

/// How many files and sockets the program may have open at once.
enum OpenFiles {
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// Raises the limit as far as the system lets it; low ones are for the sake of programs that use select(2).
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
    }

    /// How many sessions there may be, so that queue, tables and deliveries always find a file or a socket too.
    static var sessionLimit: Int { now / 4 * 3 }

    /// The same for clients of the lookup service, beside all sessions.
    static var lookupClientLimit: Int { now / 8 }

    private static var now: Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }
}
