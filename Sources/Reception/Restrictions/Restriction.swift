/// One word of a restriction list: postconf(5), `smtpd_recipient_restrictions` and its kin.
public indirect enum Restriction: Hashable, Sendable {
    case permit
    case reject
    case `defer`
    case deferIfPermit
    case deferIfReject
    case permitMynetworks
    case permitInetInterfaces
    case permitSASLAuthenticated
    case permitAuthDestination
    case rejectUnauthDestination
    case deferUnauthDestination
    case rejectUnlistedRecipient
    case rejectUnlistedSender
    case rejectNonFQDNSender
    case rejectNonFQDNRecipient
    case rejectNonFQDNHelo
    case rejectInvalidHelo
    case rejectUnauthPipelining
    case rejectSenderLoginMismatch
    case rejectAuthenticatedSenderLoginMismatch
    case rejectUnauthenticatedSenderLoginMismatch
    case rejectKnownSenderLoginMismatch
    case rejectUnverifiedRecipient
    case rejectUnverifiedSender
    case warnIfReject(Restriction)

    static let names: [String: Restriction] = [
        "permit": .permit,
        "reject": .reject,
        "defer": .defer,
        "defer_if_permit": .deferIfPermit,
        "defer_if_reject": .deferIfReject,
        "permit_mynetworks": .permitMynetworks,
        "permit_inet_interfaces": .permitInetInterfaces,
        "permit_sasl_authenticated": .permitSASLAuthenticated,
        "permit_auth_destination": .permitAuthDestination,
        "reject_unauth_destination": .rejectUnauthDestination,
        "defer_unauth_destination": .deferUnauthDestination,
        "reject_unlisted_recipient": .rejectUnlistedRecipient,
        "check_recipient_maps": .rejectUnlistedRecipient,
        "reject_unlisted_sender": .rejectUnlistedSender,
        "reject_non_fqdn_sender": .rejectNonFQDNSender,
        "reject_non_fqdn_recipient": .rejectNonFQDNRecipient,
        "reject_non_fqdn_helo_hostname": .rejectNonFQDNHelo,
        "reject_non_fqdn_hostname": .rejectNonFQDNHelo,
        "reject_invalid_helo_hostname": .rejectInvalidHelo,
        "reject_invalid_hostname": .rejectInvalidHelo,
        "reject_unauth_pipelining": .rejectUnauthPipelining,
        "reject_sender_login_mismatch": .rejectSenderLoginMismatch,
        "reject_authenticated_sender_login_mismatch": .rejectAuthenticatedSenderLoginMismatch,
        "reject_unauthenticated_sender_login_mismatch": .rejectUnauthenticatedSenderLoginMismatch,
        "reject_known_sender_login_mismatch": .rejectKnownSenderLoginMismatch,
        "reject_unverified_recipient": .rejectUnverifiedRecipient,
        "reject_unverified_sender": .rejectUnverifiedSender,
    ]

    /// Reads a list. A word that cannot be honoured is an error: to skip it could open a relay, or let in
    /// what the operator refuses.
    static func list(_ words: [String], parameter: String) throws(SettingsFailure) -> [Restriction] {
        var list: [Restriction] = []
        var warnings = 0
        for word in words {
            let name = word.lowercased()
            if name == "warn_if_reject" {
                warnings += 1
                continue
            }
            guard var restriction = names[name] else {
                throw SettingsFailure(
                    parameter,
                    "restriction \"\(word)\" is not supported; take it out of the list, or put one of these in its "
                        + "place: \(names.keys.sorted().joined(separator: ", ")), warn_if_reject")
            }
            for _ in 0..<min(warnings, 1) { restriction = .warnIfReject(restriction) }
            warnings = 0
            list.append(restriction)
        }
        guard warnings == 0 else {
            throw SettingsFailure(parameter, "warn_if_reject must stand before a restriction")
        }
        return list
    }

    /// Whether it asks what probes have found.
    public var asksForProbes: Bool {
        switch self {
        case .rejectUnverifiedRecipient, .rejectUnverifiedSender: true
        case .warnIfReject(let inner): inner.asksForProbes
        default: false
        }
    }

    /// Whether it keeps strangers from sending mail to strangers.
    var guardsRelaying: Bool {
        switch self {
        case .reject, .defer, .deferIfPermit, .rejectUnauthDestination, .deferUnauthDestination: true
        default: false
        }
    }
}
