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
