import LookupTables

/// Opens `mongodb:` tables: mongodb_table(5) of Postfix 3.9.
public struct MongoDBDriver: TableDriver {
    private let pools: DatabasePools
    private let limits: LookupThreadLimits?

    /// - Parameter pools: keeps the connections, also when the configuration is read again.
    public init(pools: DatabasePools) {
        self.init(pools: pools, limits: nil)
    }

    package init(pools: DatabasePools, limits: LookupThreadLimits?) {
        self.pools = pools
        self.limits = limits
    }

    public var type: String { "mongodb" }
    public var settingNames: Set<String>? { Self.names }

    private static let names = MapRules.names.union(MongoDBQuery.names).union(["uri"])

    public func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        let settings = try TableSettings(type: type, name: name, known: Self.names, opener: opener)
        MongoDBLibrary.log(to: opener.logger)
        let library = try MongoDBLibrary.loaded()
        let uri = try MongoDBURI(settings, library)
        let query = try MongoDBQuery(settings, opener: opener)
        let limits = limits ?? LookupThreadLimits(opener.configuration)
        let threads = pools.others.connections(to: uri) {
            let clients = MongoDBClients(uri, library, size: limits.threads)
            return LookupThreads<MongoDBQuestion, ServerAnswer>(
                limits, refusal: { $0.refused($1) },
                makeWorker: { MongoDBWorker(clients) })
        }
        return MongoDBTable(query: query, threads: threads)
    }
}
