import PostfixConfig
import Routing

/// What the operator may set about probes and what is remembered of them: verify(8). The defaults are Postfix's.
public struct VerificationSettings: Sendable {
    /// `address_verify_positive_expire_time`, `address_verify_positive_refresh_time`, in seconds, as all times here.
    public var positiveExpire: Int64 = 31 * 86_400
    public var positiveRefresh: Int64 = 7 * 86_400
    /// `address_verify_negative_expire_time`, `address_verify_negative_refresh_time`
    public var negativeExpire: Int64 = 3 * 86_400
    public var negativeRefresh: Int64 = 3 * 3_600
    /// `address_verify_negative_cache`
    public var remembersFailures = true
    /// `address_verify_pending_request_limit`
    public var pendingLimit = 5_000
    /// `address_verify_cache_limit`, Martlet's own.
    public var cacheLimit = 250_000
    /// `address_verify_cache_cleanup_interval`; 0: old results are never removed.
    public var cleanupInterval: Int64 = 12 * 3_600
    /// `address_verify_sender`, `address_verify_sender_ttl`
    public var sender = ProbeSender(nil)

    public init() {}
}

extension VerificationSettings {
    public init(_ configuration: Configuration) {
        func seconds(_ parameter: Parameter<Duration>) -> Int64 {
            configuration[parameter].components.seconds
        }
        positiveExpire = seconds(.addressVerifyPositiveExpireTime)
        positiveRefresh = seconds(.addressVerifyPositiveRefreshTime)
        negativeExpire = seconds(.addressVerifyNegativeExpireTime)
        negativeRefresh = seconds(.addressVerifyNegativeRefreshTime)
        remembersFailures = configuration[.addressVerifyNegativeCache]
        pendingLimit = configuration[.addressVerifyPendingRequestLimit]
        cacheLimit = configuration[.addressVerifyCacheLimit]
        cleanupInterval = seconds(.addressVerifyCacheCleanupInterval)
        sender = ProbeSender(configuration)
    }
}

/// Where probe results are kept: `address_verify_map`.
public enum VerificationPlace: Hashable, Sendable {
    /// Until the program ends.
    case memory
    /// In a SQLite database of this name.
    case file(String)

    /// What Postfix would keep in `/var/lib/postfix/verify_cache.db` stands in `/var/lib/postfix/verify_cache.sqlite`:
    /// the type says what kind of file Postfix would use, the path where it is. Postfix's own file is never opened.
    ///
    ///     btree:/var/lib/postfix/verify_cache   proxy:btree:/…   lmdb:/…   internal:x   (nothing)
    ///
    /// - Throws: what is wrong, in words that follow the parameter's name.
    public init(_ text: String) throws(ParameterValueError) {
        var rest = text[...]
        if rest.hasPrefix("proxy:") { rest = rest.dropFirst(6) }
        if rest.isEmpty || rest.hasPrefix("internal:") {
            self = .memory
            return
        }
        let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Self.types.contains(String(parts[0])) else {
            throw ParameterValueError(
                "\"\(text)\": probe results can be kept in a file, such as btree:/var/lib/postfix/verify_cache, or in "
                    + "memory, where nothing is named")
        }
        guard parts[1].hasPrefix("/") else {
            throw ParameterValueError("\"\(text)\": the path must be absolute")
        }
        self = .file("\(parts[1]).sqlite")
    }

    private static let types: Set = ["btree", "hash", "lmdb", "dbm", "sdbm"]
}
