// Probing whether an address accepts mail: verify(8).

extension Parameter<String> {
    public static var addressVerifyDefaultTransport: Self {
        Self(
            "address_verify_default_transport", default: "$default_transport",
            "The default_transport of probes.")
    }
    public static var addressVerifyLocalTransport: Self {
        Self(
            "address_verify_local_transport", default: "$local_transport", "The local_transport of probes.")
    }
    public static var addressVerifyMap: Self {
        Self(
            "address_verify_map", default: "btree:$data_directory/verify_cache",
            "Where probe results are kept: Martlet's own file beside the one that the name stands for; empty: in memory "
                + "alone.")
    }
    public static var addressVerifyRelayTransport: Self {
        Self(
            "address_verify_relay_transport", default: "$relay_transport", "The relay_transport of probes.")
    }
    public static var addressVerifyRelayhost: Self {
        Self("address_verify_relayhost", default: "$relayhost", "The relayhost of probes.")
    }
    public static var addressVerifySender: Self {
        Self(
            "address_verify_sender", default: "$double_bounce_sender",
            "The sender address of probes; empty or <> is the null sender.")
    }
    public static var addressVerifyVirtualTransport: Self {
        Self(
            "address_verify_virtual_transport", default: "$virtual_transport",
            "The virtual_transport of probes.")
    }
    public static var rejectTempfailAction: Self {
        Self(
            "reject_tempfail_action", default: "defer_if_permit", oneOf: ["defer_if_permit", "defer"],
            "What a restriction does that fails for the moment.")
    }
    public static var unverifiedRecipientRejectReason: Self {
        Self(
            "unverified_recipient_reject_reason", default: "",
            "The text of reject_unverified_recipient in place of the probe's.")
    }
    public static var unverifiedRecipientTempfailAction: Self {
        Self(
            "unverified_recipient_tempfail_action", default: "$reject_tempfail_action",
            oneOf: ["defer_if_permit", "defer"],
            "What happens when probing a recipient failed for the moment.")
    }
    public static var unverifiedSenderRejectReason: Self {
        Self(
            "unverified_sender_reject_reason", default: "",
            "The text of reject_unverified_sender in place of the probe's.")
    }
    public static var unverifiedSenderTempfailAction: Self {
        Self(
            "unverified_sender_tempfail_action", default: "$reject_tempfail_action",
            oneOf: ["defer_if_permit", "defer"],
            "What happens when probing a sender failed for the moment.")
    }
}

extension Parameter<[String]> {
    public static var addressVerifySenderDependentDefaultTransportMaps: Self {
        Self(
            "address_verify_sender_dependent_default_transport_maps",
            default: "$sender_dependent_default_transport_maps",
            "The sender_dependent_default_transport_maps of probes.")
    }
    public static var addressVerifySenderDependentRelayhostMaps: Self {
        Self(
            "address_verify_sender_dependent_relayhost_maps", default: "$sender_dependent_relayhost_maps",
            "The sender_dependent_relayhost_maps of probes.")
    }
    public static var addressVerifyTransportMaps: Self {
        Self(
            "address_verify_transport_maps", default: "$transport_maps", "The transport_maps of probes.")
    }
}

extension Parameter<Bool> {
    public static var addressVerifyNegativeCache: Self {
        Self(
            "address_verify_negative_cache", default: "yes", "Whether failed probes are remembered.")
    }
}

extension Parameter<Int> {
    public static var addressVerifyCacheLimit: Self {
        Self(
            "address_verify_cache_limit", default: "250000", in: 1...Int.max,
            "Martlet's own: how many addresses address_verify_map remembers; the oldest are forgotten first.")
    }
    public static var addressVerifyPendingRequestLimit: Self {
        Self(
            "address_verify_pending_request_limit", default: "5000", in: 1...Int.max,
            "How many probes may be under way at once.")
    }
    public static var addressVerifyPollCount: Self {
        Self(
            "address_verify_poll_count", default: "${stress?{1}:{3}}", in: 1...Int.max,
            "How often the server asks for the result of a probe before it gives up for now.")
    }
    public static var unverifiedRecipientDeferCode: Self {
        Self(
            "unverified_recipient_defer_code", default: "450",
            "The reply code when probing a recipient failed for the moment.")
    }
    public static var unverifiedRecipientRejectCode: Self {
        Self(
            "unverified_recipient_reject_code", default: "450",
            "The reply code of reject_unverified_recipient.")
    }
    public static var unverifiedSenderDeferCode: Self {
        Self(
            "unverified_sender_defer_code", default: "450",
            "The reply code when probing a sender failed for the moment.")
    }
    public static var unverifiedSenderRejectCode: Self {
        Self(
            "unverified_sender_reject_code", default: "450", "The reply code of reject_unverified_sender.")
    }
}

extension Parameter<Duration> {
    public static var addressVerifyCacheCleanupInterval: Self {
        Self(
            "address_verify_cache_cleanup_interval", default: "12h",
            "How often old probe results are removed from address_verify_map.")
    }
    public static var addressVerifyNegativeExpireTime: Self {
        Self(
            "address_verify_negative_expire_time", default: "3d", atLeast: 1,
            "When a failed probe is forgotten.")
    }
    public static var addressVerifyNegativeRefreshTime: Self {
        Self(
            "address_verify_negative_refresh_time", default: "3h", atLeast: 1,
            "When an address that failed is probed again.")
    }
    public static var addressVerifyPollDelay: Self {
        Self(
            "address_verify_poll_delay", default: "3s", atLeast: 1,
            "The pause between two such questions.")
    }
    public static var addressVerifyPositiveExpireTime: Self {
        Self(
            "address_verify_positive_expire_time", default: "31d", atLeast: 1,
            "When a successful probe is forgotten.")
    }
    public static var addressVerifyPositiveRefreshTime: Self {
        Self(
            "address_verify_positive_refresh_time", default: "7d", atLeast: 1,
            "When an address that was good is probed again.")
    }
    public static var addressVerifySenderTTL: Self {
        Self(
            "address_verify_sender_ttl", default: "0s",
            "How long a time-dependent sender address of probes stays the same; 0: it never changes.")
    }
}

extension ParameterCatalogue {
    static let addressVerification: [ParameterDefinition] = [
        Parameter<Duration>.addressVerifyCacheCleanupInterval.definition,
        Parameter<Int>.addressVerifyCacheLimit.definition,
        Parameter<String>.addressVerifyDefaultTransport.definition,
        Parameter<String>.addressVerifyLocalTransport.definition,
        Parameter<String>.addressVerifyMap.definition,
        Parameter<Bool>.addressVerifyNegativeCache.definition,
        Parameter<Duration>.addressVerifyNegativeExpireTime.definition,
        Parameter<Duration>.addressVerifyNegativeRefreshTime.definition,
        Parameter<Int>.addressVerifyPendingRequestLimit.definition,
        Parameter<Int>.addressVerifyPollCount.definition,
        Parameter<Duration>.addressVerifyPollDelay.definition,
        Parameter<Duration>.addressVerifyPositiveExpireTime.definition,
        Parameter<Duration>.addressVerifyPositiveRefreshTime.definition,
        Parameter<String>.addressVerifyRelayTransport.definition,
        Parameter<String>.addressVerifyRelayhost.definition,
        Parameter<String>.addressVerifySender.definition,
        Parameter<[String]>.addressVerifySenderDependentDefaultTransportMaps.definition,
        Parameter<[String]>.addressVerifySenderDependentRelayhostMaps.definition,
        Parameter<Duration>.addressVerifySenderTTL.definition,
        Parameter<[String]>.addressVerifyTransportMaps.definition,
        Parameter<String>.addressVerifyVirtualTransport.definition,
        Parameter<String>.rejectTempfailAction.definition,
        Parameter<Int>.unverifiedRecipientDeferCode.definition,
        Parameter<Int>.unverifiedRecipientRejectCode.definition,
        Parameter<String>.unverifiedRecipientRejectReason.definition,
        Parameter<String>.unverifiedRecipientTempfailAction.definition,
        Parameter<Int>.unverifiedSenderDeferCode.definition,
        Parameter<Int>.unverifiedSenderRejectCode.definition,
        Parameter<String>.unverifiedSenderRejectReason.definition,
        Parameter<String>.unverifiedSenderTempfailAction.definition,
        .known("address_verify_service_name", .text, "verify", "The name of verify(8) in master.cf."),
    ]
}
