import PostfixConfig

/// What the restriction lists of a service let a stranger do who wants to send mail through us to strangers.
struct RelayWalk {
    enum Outcome: Equatable {
        /// A restriction refuses.
        case guarded
        /// Nothing does; the words say which permit let the stranger through, empty where a list just ended.
        case open([String])
    }

    /// The list is in force and `permit_mynetworks` stands before what refuses.
    let trustsNetworks: [String]
    let outcome: Outcome

    /// Every recipient goes through both, in the order of the parameters.
    static let parameters = ["smtpd_relay_restrictions", "smtpd_recipient_restrictions"]
    private static let guards: Set<String> = [
        "reject_unauth_destination", "defer_unauth_destination", "reject", "defer", "defer_if_permit",
        "check_relay_domains",
    ]

    init(_ configuration: Configuration) {
        var trusting: [String] = []
        var permits: [String] = []
        var isGuarded = false
        let before = ["smtpd_client_restrictions", "smtpd_helo_restrictions", "smtpd_sender_restrictions"]
        for parameter in before where Self.walk(parameter, configuration).refusesAll { isGuarded = true }
        for parameter in Self.parameters {
            let walk = Self.walk(parameter, configuration)
            if walk.refuses { isGuarded = true }
            if walk.trustsNetworks { trusting.append(parameter) }
            if let permit = walk.permit { permits.append("\(parameter): \(permit)") }
        }
        trustsNetworks = trusting
        outcome = isGuarded ? .guarded : .open(permits)
    }

    private struct Walk {
        /// Stops strangers who want to relay.
        var refuses = false
        /// Stops everybody who gets there.
        var refusesAll = false
        var trustsNetworks = false
        var permit: String?
    }

    private static func walk(_ parameter: String, _ configuration: Configuration) -> Walk {
        var walk = Walk()
        var onlyWarns = false
        for word in ListSyntax.split(configuration.value(named: parameter) ?? "") {
            let name = word.lowercased()
            defer { onlyWarns = name == "warn_if_reject" }
            if onlyWarns { continue }
            switch name {
            case "permit":
                walk.permit = word
                return walk
            case "permit_mynetworks": walk.trustsNetworks = true
            case "reject", "defer":
                walk.refuses = true
                walk.refusesAll = true
                return walk
            case _ where guards.contains(name):
                walk.refuses = true
                return walk
            default: break
            }
        }
        return walk
    }
}
