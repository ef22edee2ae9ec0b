import PostfixConfig

/// What `reject_unverified_recipient` or `reject_unverified_sender` answers: postconf(5), `unverified_recipient_…`.
public struct UnverifiedRules: Hashable, Sendable {
    /// `unverified_recipient_reject_code`
    public var rejectCode = 450
    /// `unverified_recipient_defer_code`
    public var deferCode = 450
    /// `unverified_recipient_reject_reason`: what is said in place of the probe's words; empty: those.
    public var reason = ""
    /// `unverified_recipient_tempfail_action = defer_if_permit`: a later word may refuse for good, or permit for good.
    public var defersIfPermit = true

    public init() {}
}

extension UnverifiedRules {
    static func recipient(_ configuration: Configuration) -> UnverifiedRules {
        var rules = UnverifiedRules()
        rules.rejectCode = configuration[.unverifiedRecipientRejectCode]
        rules.deferCode = configuration[.unverifiedRecipientDeferCode]
        rules.reason = configuration[.unverifiedRecipientRejectReason]
        rules.defersIfPermit = configuration[.unverifiedRecipientTempfailAction] == "defer_if_permit"
        return rules
    }

    static func sender(_ configuration: Configuration) -> UnverifiedRules {
        var rules = UnverifiedRules()
        rules.rejectCode = configuration[.unverifiedSenderRejectCode]
        rules.deferCode = configuration[.unverifiedSenderDeferCode]
        rules.reason = configuration[.unverifiedSenderRejectReason]
        rules.defersIfPermit = configuration[.unverifiedSenderTempfailAction] == "defer_if_permit"
        return rules
    }
}
