import LookupTables
import Synchronization

/// Remembers for which domains a second class was looked for lately.
///
/// The warning is Postfix's, but Postfix asks at every recipient; once a domain every ten minutes says as much.
final class DomainWarnings: Sendable {
    private static let interval = Duration.seconds(600)
    /// A flood of made-up domains must not fill the memory.
    private static let limit = 1000
    private let looked = Mutex<[String: ContinuousClock.Instant]>([:])

    /// Whether it is time to look again.
    func isDue(_ domain: String) -> Bool {
        looked.withLock { looked in
            let now = ContinuousClock.now
            if let last = looked[domain], now - last < Self.interval { return false }
            if looked.count >= Self.limit { looked.removeAll(keepingCapacity: true) }
            looked[domain] = now
            return true
        }
    }
}

extension RoutingCore {
    /// `do not list domain X in BOTH A and B`, where a list further down has the domain too.
    func warnOfSecondClass(_ domain: String, _ first: AddressClass, observer: (any RoutingObserver)?) async {
        guard observer != nil || domainWarnings.isDue(domain) else { return }
        let others: [MatchList] =
            switch first {
            case .local: [tables.virtualAliasDomains, tables.virtualMailboxDomains]
            case .virtualAlias: [tables.virtualMailboxDomains, tables.relayDomains]
            case .virtualMailbox: [tables.relayDomains]
            case .relay, .other: []
            }
        let name =
            switch first {
            case .local: tables.mydestination.parameter
            case .virtualAlias: tables.virtualAliasDomains.parameter
            case .virtualMailbox: tables.virtualMailboxDomains.parameter
            case .relay, .other: ""
            }
        for other in others {
            // A list that cannot be asked now is no reason to hold up mail that is not for it.
            guard (try? await other.contains(domain)) == true else { continue }
            observer?.observed(.contested(domain: domain, by: name, and: other.parameter))
            logger.warning("\(RoutingStep.contestedWarning(domain, by: name, and: other.parameter))")
        }
    }
}
