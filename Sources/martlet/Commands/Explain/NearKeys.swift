import LookupTables
import PostfixConfig

/// Finds in tables what somebody has probably meant, or takes for the key that is not found.
enum NearKeys {
    /// More are not read; a table with more has other ways to be searched.
    private static let most = 20_000

    /// A key a slip away, as far as the tables can be gone through.
    static func nearest(to key: String, in tables: [any LookupTable]) async -> String? {
        var keys: [String] = []
        for table in tables where table.enumerationObstacle == nil {
            try? await table.enumerable?.forEachBatch { batch in
                keys += batch.map { $0.key.lowercased() }
                return keys.count < most
            }
        }
        return Spelling.nearest(to: key.lowercased(), in: keys.filter { $0 != key.lowercased() })
    }

    /// The same of a list of domains: its names too.
    static func nearest(to domain: String, in lists: [MatchList]) async -> String? {
        if let name = Spelling.nearest(to: domain, in: lists.flatMap(\.names)) { return name }
        return await nearest(to: domain, in: lists.flatMap(\.tables).flatMap(\.tables))
    }
}
