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
    /// Whether any recipient, any sender may be rewritten or copied; where not, mail pays nothing for it.
    let rewritesRecipients: Bool
    let rewritesSenders: Bool
    let domainWarnings = DomainWarnings()
    private let remembering: TableList?
    private let memoryLines = LineLimit()

    init(settings: RoutingSettings, tables: RoutingTables, logger: Logger) {
        self.settings = settings
        self.tables = tables
        remembering = tables.remembering
        self.logger = logger
        completion = AddressCompletion(settings)
        extensionRule = AddressExtension(settings)
        foldedOrigin = ASCII.folded(settings.myorigin)
        rewritesRecipients = tables.rewrites(.envelopeRecipient, settings.rewriting)
        rewritesSenders = tables.rewrites(.envelopeSender, settings.rewriting)
    }

    /// A trail for what is asked about one recipient; nil where nothing is remembered.
    func trail() -> LookupTrail? { remembering?.trail() }

    /// Names an address that is accepted because of what memory knows of it.
    func tellOfMemory(_ recipient: MailAddress, _ substitution: LookupTrail.Substitution) {
        guard memoryLines.allowsOne() else { return }
        logger.info(
            "<\(recipient.text)>: accepted as \(substitution.age.components.seconds)s ago, from memory: no server of \(substitution.failure.table) can be asked"
        )
    }

    /// `mydestination`, or an interface's address in brackets.
    ///
    /// - Parameter domain: in lower case.
    func isLocal(
        _ domain: String, observer: (any RoutingObserver)?, trail: LookupTrail?
    ) async throws(LookupFailure) -> Bool {
        var domain = domain
        if domain.utf8.last == UInt8(ascii: ".") { AddressCompletion.stripTrailingDot(&domain) }
        guard !domain.isEmpty else { return false }
        if let answer = tables.mydestination.answerFromNames(domain) {
            if answer { return true }
        } else if try await tables.mydestination.contains(domain, observer: observer, trail: trail) {
            return true
        }
        return tables.interfaces.contains(domain)
    }
}
