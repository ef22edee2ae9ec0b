/// The restriction lists of one smtpd service, with what their words refer to.
public struct RestrictionLists: Sendable {
    /// Where in a session a list is asked, and what it is asked about.
    public enum Stage: Hashable, Sendable, CaseIterable {
        case client, helo, sender, relay, recipient, data, endOfData

        /// The parameter that holds the list.
        public var parameter: String {
            switch self {
            case .client: "smtpd_client_restrictions"
            case .helo: "smtpd_helo_restrictions"
            case .sender: "smtpd_sender_restrictions"
            case .relay: "smtpd_relay_restrictions"
            case .recipient: "smtpd_recipient_restrictions"
            case .data: "smtpd_data_restrictions"
            case .endOfData: "smtpd_end_of_data_restrictions"
            }
        }
    }

    private let lists: [Stage: [Restriction]]

    /// - Parameter words: each list as main.cf has it; a stage that is missing has an empty list.
    /// - Throws: where a word is not supported, or where nothing keeps strangers from relaying.
    public init(_ words: [Stage: [String]]) throws(SettingsFailure) {
        var lists: [Stage: [Restriction]] = [:]
        for stage in Stage.allCases {
            let list = try Restriction.list(words[stage] ?? [], parameter: stage.parameter)
            if !list.isEmpty { lists[stage] = list }
        }
        let guards = (lists[.relay] ?? []) + (lists[.recipient] ?? [])
        guard guards.contains(where: \.guardsRelaying) else {
            throw SettingsFailure(
                Stage.relay.parameter,
                "in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one working "
                    + "instance of: reject_unauth_destination, defer_unauth_destination, reject, defer, "
                    + "defer_if_permit or check_relay_domains")
        }
        self.lists = lists
    }

    /// Whether a word asks what probes have found.
    public var asksForProbes: Bool { lists.values.contains { $0.contains(where: \.asksForProbes) } }

    public subscript(stage: Stage) -> [Restriction] { lists[stage] ?? [] }
}
