import MailFormat
import Routing

/// Tries a cure before it is printed: asks the router as if the rows had been changed.
///
/// Good is a cure after which mail for each address that it is about is taken, and mail for a mailbox that came before
/// still comes.
struct CureTrial: Sendable {
    private let setup: Setup
    private let survey: DataSurvey

    init(_ setup: Setup, _ survey: DataSurvey) {
        self.setup = setup
        self.survey = survey
    }

    /// What becomes of mail for one address.
    struct Fate: Sendable {
        /// Who gets it; nil where it is refused or waits.
        let recipients: Set<MailAddress>?
        /// An alias leads to an address of ours that nobody has.
        let leavesSomebodyOut: Bool

        var isTaken: Bool { recipients != nil }
    }

    func fate(of address: MailAddress, after edits: [RowEdit] = []) async -> Fate {
        let record = RoutingRecord()
        let router = setup.quietRouter(strict: true, after: edits)
        guard case .accepted(let finals) = await router.verdict(on: address, observer: record) else {
            return Fate(recipients: nil, leavesSomebodyOut: false)
        }
        let leavesOut = record.steps.contains { if case .leftOut = $0 { true } else { false } }
        return Fate(recipients: Set(finals.map(\.address.folded)), leavesSomebodyOut: leavesOut)
    }

    /// Whether mail for all of the addresses is taken then and leads to nobody's address.
    func helps(_ edits: [RowEdit], _ addresses: [MailAddress]) async -> Bool {
        for address in addresses {
            let fate = await fate(of: address, after: edits)
            guard fate.isTaken, !fate.leavesSomebodyOut else { return false }
        }
        return await keepsMail(edits, addresses)
    }

    /// Whether the mailboxes among the addresses, and those that their mail reaches, get what they got before.
    private func keepsMail(_ edits: [RowEdit], _ addresses: [MailAddress]) async -> Bool {
        var mailboxes = Set(addresses.map(\.folded).filter(isMailbox))
        for address in addresses {
            mailboxes.formUnion((await fate(of: address).recipients ?? []).filter(isMailbox))
        }
        for mailbox in mailboxes.prefix(50) {
            guard let now = await fate(of: mailbox).recipients else { continue }
            guard let then = await fate(of: mailbox, after: edits).recipients else { return false }
            if now.contains(mailbox), !then.contains(mailbox) { return false }
        }
        return true
    }

    func isMailbox(_ address: MailAddress) -> Bool {
        survey.book.find(address.folded.text).map { survey.book.marks[Int($0)].contains(.mailbox) } ?? false
    }

    /// The first of the edits that helps.
    func first(of edits: [RowEdit?], for addresses: [MailAddress]) async -> RowEdit? {
        for case let edit? in edits where await helps([edit], addresses) { return edit }
        return nil
    }

    /// An address that a key answers for: somebody's for `@example.org` and `sales-*@example.org`.
    static func sample(of key: String) -> MailAddress {
        var address = MailAddress(key)
        if address.domain != nil, address.localPart.isEmpty { address.localPart = AliasWalk.anybody }
        if address.localPart.hasSuffix("*") {
            address.localPart = String(address.localPart.dropLast()) + AliasWalk.anybody
        }
        return address
    }
}
