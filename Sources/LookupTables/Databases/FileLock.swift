import Glibc
import PostfixConfig

/// Postfix's locks on database files. They go with the open file, so that each reader has its own.
enum FileLock {
    enum Style: Sendable {
        /// flock(2).
        case whole
        /// fcntl(2), in the form that belongs to the open file and not to the process.
        case records
    }

    enum Hold {
        case shared, exclusive
    }

    /// - Parameter waits: false: gives up at once where somebody else holds the lock.
    /// - Returns: whether it is held now.
    static func take(_ file: Int32, _ style: Style, _ hold: Hold, waits: Bool) throws(SystemError) -> Bool {
        while true {
            let result =
                switch style {
                case .whole:
                    flock(file, (hold == .shared ? LOCK_SH : LOCK_EX) | (waits ? 0 : LOCK_NB))
                case .records:
                    set(file, type: hold == .shared ? F_RDLCK : F_WRLCK, waits: waits)
                }
            if result == 0 { return true }
            switch errno {
            case EINTR: continue
            case EAGAIN where !waits, EACCES where !waits: return false
            default: throw SystemError()
            }
        }
    }

    static func release(_ file: Int32, _ style: Style) {
        switch style {
        case .whole: _ = flock(file, LOCK_UN)
        case .records: _ = set(file, type: F_UNLCK, waits: false)
        }
    }

    /// `F_OFD_SETLK` and `F_OFD_SETLKW`, which <fcntl.h> has only for GNU sources.
    private static let (openFileLock, openFileLockWaiting): (Int32, Int32) = (37, 38)

    private static func set(_ file: Int32, type: Int32, waits: Bool) -> Int32 {
        var lock = Glibc.flock()
        lock.l_type = Int16(type)
        lock.l_whence = Int16(SEEK_SET)
        return fcntl(file, waits ? openFileLockWaiting : openFileLock, &lock)
    }
}
