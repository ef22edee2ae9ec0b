import PostfixConfig

/// Why the list of mailbox domains probably does not have a domain of whose addresses there are some, and what to do.
///
/// It may have been switched off on purpose, which is nobody's mistake; so it takes a sign to say that it was not.
struct DomainAbsence: Sendable {
    /// Why it is a mistake, in words; nil where it may be meant.
    private(set) var reason: String?
    private(set) var words: String
    private(set) var command: Finding.Command?

    init(_ domain: Int32, _ survey: DataSurvey, _ setup: Setup) async {
        let name = survey.book.domains.text(domain)
        let maps = survey.domainMaps.filter { $0.parameter == DataSurvey.mailboxDomains }
        var listing: DomainListing?
        for map in maps where listing == nil { listing = await DomainListing(map, name) }
        (words, command) = Self.cure(name, listing)
        if let misspelt = Self.misspelt(name, domain, survey) {
            reason = "virtual_mailbox_domains has \(misspelt) instead, where nobody is"
            let renaming = maps.first.flatMap { DomainListing.renaming($0, misspelt, to: name) }
            words = "did you mean \(name) where \(misspelt) is listed?" + (renaming == nil ? "" : " Then:")
            command = renaming
        } else if await setup.leadsHere(name) {
            reason = "the MX records of \(name) lead to this server"
        } else if let listing, case .missing = listing.state, !listing.hasSwitch {
            reason = "\(listing.map) has no row for it, and no column by which a domain is switched off"
        }
    }

    private static func cure(_ name: String, _ listing: DomainListing?) -> (String, Finding.Command?) {
        let otherwise = "or remove what is in it"
        guard let listing else {
            return ("add \(name) to virtual_mailbox_domains (virtual_alias_domains, where it has aliases alone), \(otherwise)", nil)
        }
        switch listing.state {
        case .missing where listing.command != nil: return ("list the domain (\(otherwise)):", listing.command)
        case .missing where !listing.needed.isEmpty:
            let columns = listing.needed.joined(separator: ", ")
            return ("make a row for \(name) where \(listing.map) looks, which needs \(columns) as well; \(otherwise)", nil)
        case .heldBack where listing.command != nil:
            return (
                "its row is there, and the query leaves it out (\(listing.conditions.joined(separator: " AND "))). "
                    + "Where that is not meant:", listing.command
            )
        default:
            return ("make a row for \(name) where \(listing.map) looks, that meets its query; \(otherwise)", nil)
        }
    }

    /// A domain that is listed, in which nobody is, and whose name is a slip away.
    private static func misspelt(_ name: String, _ domain: Int32, _ survey: DataSurvey) -> String? {
        let wanted = Array(name.utf8)
        for other in 0..<Int32(survey.book.domains.count) where other != domain {
            let entry = survey.domains.entry(other)
            guard entry.isListedForMailboxes, entry.mailboxes == 0, entry.aliases == 0 else { continue }
            let listed = survey.book.domains.text(other)
            // example1.org is not example2.org.
            guard abs(listed.utf8.count - wanted.count) <= 1, Self.digits(listed) == Self.digits(name),
                Spelling.distance(wanted, Array(listed.utf8)) == 1
            else { continue }
            return listed
        }
        return nil
    }

    private static func digits(_ name: String) -> [UInt8] { name.utf8.filter { (0x30...0x39).contains($0) } }
}
