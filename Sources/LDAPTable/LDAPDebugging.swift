import CLDAP
import Logging
import Synchronization

/// The `debuglevel` setting: what the client library tells about its work, in the log.
///
/// It is the library's, so one level is every map's. Whole packets are left out, whatever the level: they hold
/// passwords.
enum LDAPDebugging {
    private static let logger = Mutex<Logger?>(nil)

    /// The bits for packets and for the bytes of their encoding.
    private static let secretBits: Int32 = 0x2 | 0x10

    static func start(level: Int, logger: Logger) {
        guard level != 0 else { return }
        self.logger.withLock { $0 = logger }
        let print: BER_LOG_PRINT_FN = { text in
            guard let text else { return }
            let line = String(cString: text)
            let end = line.lastIndex { !$0.isWhitespace }.map(line.index(after:)) ?? line.startIndex
            LDAPDebugging.logger.withLock { $0 }?.info("dict_ldap_debug: \(line[..<end])")
        }
        ber_set_option(nil, LBER_OPT_LOG_PRINT_FN, unsafeBitCast(print, to: UnsafeRawPointer.self))
        var level = Int32(truncatingIfNeeded: level) & ~secretBits
        ldap_set_option(nil, LDAP_OPT_DEBUG_LEVEL, &level)
    }
}
