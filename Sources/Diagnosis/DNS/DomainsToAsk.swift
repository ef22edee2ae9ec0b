import LookupTables
import PostfixConfig

/// The domains that are ours: those that main.cf lists in words, and those of the tables that it lists, as many as
/// are worth the wait.
struct DomainsToAsk: Sendable {
    /// In lower case, in the order of the alphabet, with the parameters that have them.
    private(set) var all: [(name: String, parameters: Set<String>)] = []
    /// There may be more than these.
    private(set) var isCut = false

    static let parameters = ["virtual_mailbox_domains", "virtual_alias_domains", "mydestination"]

    /// - Parameter limit: the most domains that are taken.
    init(_ setup: Setup, limit: Int) async {
        var found: [String: Set<String>] = [:]
        for parameter in Self.parameters {
            for name in DomainList(parameter, setup).words where OwnAddresses.isPublic(name) {
                found[name, default: []].insert(parameter)
            }
            for table in Self.tables(parameter, setup) {
                // Names without a dot and the like count too, so that the reading ends.
                var seen = 0
                var names: [String] = []
                try? await table.forEachBatch { batch in
                    seen += batch.count
                    names += batch.map { $0.key.lowercased() }.filter { !$0.contains("@") && OwnAddresses.isPublic($0) }
                    return names.count <= limit && seen < 100_000
                }
                for name in names { found[name, default: []].insert(parameter) }
            }
        }
        isCut = found.count > limit
        all = found.sorted { $0.key < $1.key }.prefix(limit).map { ($0.key, $0.value) }
    }

    /// The tables of a list that can be gone through.
    private static func tables(_ parameter: String, _ setup: Setup) -> [any EnumerableTable] {
        setup.maps(of: parameter).compactMap { map in
            let table = setup.opener.open(map.specification)
            return table.enumerationObstacle == nil ? table.enumerable : nil
        }
    }
}
