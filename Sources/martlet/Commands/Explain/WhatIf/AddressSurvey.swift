import LookupTables
import MailFormat
import Routing

/// The mailboxes and aliases of some domains, and the aliases elsewhere that lead there, from the tables themselves.
struct AddressSurvey {
    let domains: Set<String>
    /// In lower case, each once, sorted.
    private(set) var addresses: [String] = []
    /// What could not be looked at, and why.
    private(set) var gaps: [String] = []

    private var found: Set<String> = []
    /// More addresses are not kept; the rest is a gap.
    private static let limit = 5_000_000

    init(_ domains: Set<String>) {
        self.domains = domains
    }

    /// Reads the tables that may have addresses of the domains, as things are and as they would be.
    mutating func read(_ situations: [ExplainedSituation]) async {
        for situation in situations {
            var lists: [TableList] = [situation.tables.virtualAliasMaps]
            for domain in domains {
                let sample = MailAddress(localPart: Self.otherLocalPart, domain: domain)
                switch try? await situation.router.addressClass(of: sample) {
                case .local?: lists.append(situation.tables.localRecipientMaps)
                case .virtualMailbox?: lists.append(situation.tables.virtualMailboxMaps)
                case .relay?: lists.append(situation.tables.relayRecipientMaps)
                case .virtualAlias?, .other?: break
                case nil: note("\(domain): its class could not be found out")
                }
            }
            for list in lists { await read(list) }
        }
        addresses = found.sorted()
        found = []
    }

    private mutating func read(_ list: TableList) async {
        for table in list.tables {
            guard let enumerable = table.enumerable, table.enumerationObstacle == nil else {
                note("\(list.parameter): \(table.enumerationObstacle ?? table.name)")
                continue
            }
            var all = found
            let domains = domains
            do throws(LookupFailure) {
                try await enumerable.forEachBatch { batch in
                    for entry in batch { Self.add(entry, domains, to: &all) }
                    return all.count < Self.limit
                }
            } catch {
                note("\(list.parameter): \(error)")
            }
            if all.count >= Self.limit {
                note("\(list.parameter): there are more than \(Self.limit) addresses")
            }
            found = all
        }
    }

    private static func add(_ entry: TableEntry, _ domains: Set<String>, to found: inout Set<String>) {
        let key = entry.key.lowercased()
        let address = MailAddress(key)
        guard let domain = address.domain else {
            // `user` alone stands for the user at this machine's own domains.
            for domain in domains where !key.contains("@") { found.insert("\(key)@\(domain)") }
            return
        }
        // `@domain` is every other address, which has an entry of its own.
        guard !address.localPart.isEmpty else { return }
        if domains.contains(domain) {
            found.insert(key)
        } else if entry.value.contains("@"),
            entry.value.lowercased().split(whereSeparator: { $0 == "," || $0.isWhitespace }).contains(where: {
                domains.contains(MailAddress(String($0)).domain ?? "")
            })
        {
            found.insert(key)
        }
    }

    private mutating func note(_ gap: String) {
        if !gaps.contains(gap) { gaps.append(gap) }
    }

    /// Stands for every address that no table has.
    static let otherLocalPart = "an-address-that-nobody-has"
}
