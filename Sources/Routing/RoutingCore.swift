import Logging
import LookupTables
import MailFormat

/// What a ``Router`` is made of; shared, and never changed after it is made.
final class RoutingCore: Sendable {
    let settings: RoutingSettings
    let tables: RoutingTables
    let logger: Logger
    let completion: AddressCompletion
    let extensionRule: AddressExtension
    let foldedOrigin: String
    let domainWarnings = DomainWarnings()

    init(settings: RoutingSettings, tables: RoutingTables, logger: Logger) {
        self.settings = settings
        self.tables = tables
        self.logger = logger
        completion = AddressCompletion(settings)
        extensionRule = AddressExtension(settings)
        foldedOrigin = ASCII.folded(settings.myorigin)
    }

    /// `mydestination`, or an interface's address in brackets.
    ///
    /// - Parameter domain: in lower case.
    func isLocal(_ domain: String, observer: (any RoutingObserver)?) async throws(LookupFailure) -> Bool {
        var domain = domain
        if domain.utf8.last == UInt8(ascii: ".") { AddressCompletion.stripTrailingDot(&domain) }
        guard !domain.isEmpty else { return false }
        if let answer = tables.mydestination.answerFromNames(domain) {
            if answer { return true }
        } else if try await tables.mydestination.contains(domain, observer: observer) {
            return true
        }
        return tables.interfaces.contains(domain)
    }
}
