import CLDAP
import LookupTables

/// Opens `ldap:` tables: ldap_table(5).
public struct LDAPDriver: TableDriver {
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

    public var type: String { "ldap" }
    public var settingNames: Set<String>? { Self.names }

    private static let names = MapRules.names.union(LDAPQuery.names).union(LDAPDirectory.names)
        .union(LDAPBind.names).union(LDAPTLS.names)

    public func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        let settings = try TableSettings(type: type, name: name, known: Self.names, opener: opener)
        let directory = try LDAPDirectory(settings, logger: opener.logger)
        let query = try LDAPQuery(settings, opener: opener)
        LDAPDebugging.start(level: try settings.number("debuglevel", default: 0), logger: opener.logger)
        let (limits, logger) = (limits ?? LookupThreadLimits(opener.configuration), opener.logger)
        let threads = pools.others.connections(to: directory) {
            let servers = ServerOrder(directory, logger: logger)
            return LookupThreads<LDAPQuestion, ServerAnswer>(
                limits, refusal: { $0.refused($1) },
                makeWorker: { LDAPWorker(servers, timeout: directory.timeout) })
        }
        return LDAPTable(query: query, threads: threads)
    }
}
