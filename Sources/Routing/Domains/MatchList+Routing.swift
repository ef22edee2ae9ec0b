import LookupTables
import MailFormat

extension MatchList {
    /// Whether the name is in the list; each table that is asked is a step for the observer.
    func contains(
        _ name: String, observer: (any RoutingObserver)? = nil, trail: LookupTrail? = nil
    ) async throws(LookupFailure) -> Bool {
        try await contains(name) { (table, key) async throws(LookupFailure) in
            try await Question.ask(table, key, observer: observer, trail: trail)
        }
    }
}

extension MatchList {
    /// `virtual_mailbox_domains has example.org`, and where it stands, if not in the answer of a table.
    func words(having domain: String) -> String {
        let place = place(of: domain).map { " (\($0))" } ?? ""
        return "\(parameter) has \(domain)\(place)"
    }
}

extension ClientList {
    /// Whether the client is in the list; each table that is asked is a step for the observer.
    public func contains(
        name: String, address: IPAddress, observer: (any RoutingObserver)?
    ) async throws(LookupFailure) -> Bool {
        try await contains(name: name, address: address) { (table, key) async throws(LookupFailure) in
            try await Question.ask(table, key, observer: observer, trail: nil)
        }
    }
}
