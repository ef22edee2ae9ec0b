import Logging
import MailFormat
import PostfixConfig

/// `cidr:/etc/postfix/networks`: networks and addresses, the first that has the key wins: cidr_table(5).
///
///     192.0.2.0/24    REJECT
///     !2001:db8::/32  OK
///     if 10.0.0.0/8
///     10.1.0.0/16     OK
///     endif
///
/// A key that is no address is in no table, also not where a pattern is negated; nor is an address of the other
/// version of the Internet Protocol.
struct CIDRTable: LookupTable {
    let name: String
    let source: PatternSource<CIDRRules>

    var keys: LookupKeys { .whole }
    var asksServer: Bool { false }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        observer?.asked(statement: key, host: "", duration: .zero)
        let rules = try source.current(name)
        return IPAddress(key).flatMap(rules.result)
    }
}

struct CIDRDriver: TableDriver {
    var type: String { "cidr" }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        let source = try PatternSource(type: type, name: name, logger: opener.logger) {
            [logger = opener.logger] in
            CIDRRules($0) { logger.warning("cidr map \(name), line \($0)") }
        }
        return CIDRTable(name: "cidr:\(name)", source: source)
    }
}
