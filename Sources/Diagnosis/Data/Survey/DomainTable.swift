import LookupTables
import MailFormat
import Routing

/// The class of every domain that the data name, and how much there is of it.
struct DomainTable: Sendable {
    /// What is known of one domain.
    struct Entry: Sendable {
        var addressClass = AddressClass.other
        var mailboxes: Int32 = 0
        var aliases: Int32 = 0
        /// The key `@domain` of an alias map; -1 where there is none.
        var catchall: Int32 = -1
        /// The key `@domain` of a mailbox map.
        var mailboxCatchall: Int32 = -1
        /// Whether the list of mailbox domains has it.
        var isListedForMailboxes = false
        var isListedForAliases = false
    }

    private(set) var entries: [Entry]
    private let origin: Int32?

    /// Questions that are under way at the same time.
    private static let width = 64
    /// Domains that are asked for, where not all lists could be read.
    private static let limit = 50_000

    /// The number of `$myorigin`; -1 where no address has it.
    var originNumber: Int32 { origin ?? -1 }

    func isOwn(_ domain: Int32) -> Bool {
        domain >= 0 && (domain == origin || entry(domain).addressClass == .local)
    }

    func entry(_ domain: Int32) -> Entry {
        entries.indices.contains(Int(domain)) ? entries[Int(domain)] : Entry()
    }

    /// - Parameter isComplete: all lists of domains were read, so a domain that is in none of them is not ours.
    init(_ parts: SurveyDraft, tables: RoutingTables, router: Router, isComplete: Bool) async {
        let book = parts.book
        let origin = book.findDomain(router.completed(MailAddress(localPart: "x", domain: nil)).domain ?? "")
        self.origin = origin
        entries = Array(repeating: Entry(), count: book.domains.count)
        for (parameter, listed) in parts.listedDomains {
            for domain in listed {
                if parameter == DataSurvey.mailboxDomains { entries[Int(domain)].isListedForMailboxes = true }
                if parameter == DataSurvey.aliasDomains { entries[Int(domain)].isListedForAliases = true }
            }
        }
        for number in 0..<Int32(book.count) {
            let domain = Int(book.domain(of: number))
            guard domain >= 0 else { continue }
            let marks = book.marks[Int(number)]
            if marks.contains(.mailbox) { entries[domain].mailboxes += 1 }
            if marks.contains(.alias) { entries[domain].aliases += 1 }
            guard !marks.isEmpty, book.hasEmptyLocalPart(number) else { continue }
            if marks.contains(.alias) { entries[domain].catchall = number }
            if marks.contains(.mailbox) { entries[domain].mailboxCatchall = number }
        }
        let ours = parts.listedDomains.values.reduce(into: Set<Int32>()) { $0.formUnion($1) }
        let hasSubdomains = tables.relayDomains.matchesSubdomains
        var asked: [Int32] = []
        for domain in 0..<Int32(book.domains.count) {
            let isCandidate =
                !isComplete || ours.contains(domain) || domain == origin
                || hasSubdomains && Self.hasParent(domain, in: ours, book)
                || book.domains.withText(domain) { $0.first == UInt8(ascii: "[") }
            if isCandidate, asked.count < Self.limit { asked.append(domain) }
        }
        for (domain, addressClass) in await Self.classes(of: asked, book, router) {
            entries[Int(domain)].addressClass = addressClass
        }
    }

    private static func hasParent(_ domain: Int32, in ours: Set<Int32>, _ book: AddressBook) -> Bool {
        let name = book.domains.text(domain)
        let parents =
            DomainParents.of(name, withLeadingDot: false) + DomainParents.of(name, withLeadingDot: true)
        return parents.contains { book.findDomain($0).map(ours.contains) ?? false }
    }

    /// A domain that cannot be asked for now counts as another's: nothing is said of it.
    private static func classes(
        of domains: [Int32], _ book: AddressBook, _ router: Router
    ) async -> [(Int32, AddressClass)] {
        await domains.mapSideBySide(width: width) { domain in
            let address = MailAddress(localPart: "postmaster", domain: book.domains.text(domain))
            return (domain, (try? await router.addressClass(of: address)) ?? .other)
        }
    }
}

extension Array where Element: Sendable {
    /// The results in no order; so many are under way at once.
    func mapSideBySide<Result: Sendable>(
        width: Int, _ body: @escaping @Sendable (Element) async -> Result
    ) async -> [Result] {
        await withTaskGroup(of: Result.self) { group in
            var waiting = self[...]
            for element in waiting.prefix(width) { group.addTask { await body(element) } }
            waiting = waiting.dropFirst(width)
            var results: [Result] = []
            results.reserveCapacity(count)
            for await result in group {
                results.append(result)
                if let element = waiting.popFirst() { group.addTask { await body(element) } }
            }
            return results
        }
    }
}
