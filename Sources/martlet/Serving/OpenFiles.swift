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
    static var sessionLimit: Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 768 }
        return Int(clamping: limit.rlim_cur / 4 * 3)
    }
}
